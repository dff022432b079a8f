document.addEventListener("click", (event) => {
  const pin = event.target.closest("[data-pin]");
  if (!pin) return;
  for (const it of document.querySelectorAll("[data-pin]")) {
    it.classList.toggle("on", it.dataset.pin === pin.dataset.pin);
  }
});
