//! The base-2 test of candidates with 1024, 1536 or 2048 bits: most of the time that an RSA key
//! takes goes here.
//!
//! It computes the same as the general arithmetic in [`prime`](super::prime), a third faster,
//! because the size is known and squaring needs little more than half of the multiplications; and
//! four times as fast again where the processor tests eight candidates at once.

#[cfg(target_arch = "x86_64")]
mod lanes;

/// How many candidates [`pass_base_2`] tests at once.
pub(super) const LANES: usize = 8;

/// For each number whether 2^((n - 1) / 2) is 1 or -1 modulo it. They are given in 64-bit words, the
/// least first.
///
/// None where this module has no code: for other sizes, even numbers, and numbers whose highest bit
/// is not set.
pub(super) fn pass_base_2(numbers: &[&[u64]]) -> Option<Vec<bool>> {
    match numbers.first()?.len() {
        16 => pass::<16, 20>(numbers),
        24 => pass::<24, 30>(numbers),
        32 => pass::<32, 40>(numbers),
        _ => None,
    }
}

/// The same for numbers of `N` words, which `L` digits of 52 bits hold.
fn pass<const N: usize, const L: usize>(numbers: &[&[u64]]) -> Option<Vec<bool>> {
    let numbers: Vec<[u64; N]> = numbers
        .iter()
        .map(|n| <[u64; N]>::try_from(*n).ok())
        .map(|n| n.filter(|n| n[0] & 1 == 1 && n[N - 1] >> 63 == 1))
        .collect::<Option<_>>()?;
    let (eights, rest) = numbers.as_chunks::<LANES>();
    let mut all = Vec::with_capacity(numbers.len());
    for eight in eights {
        match pass_together::<N, L>(eight) {
            Some(passed) => all.extend(passed),
            None => all.extend(eight.iter().map(passes)),
        }
    }
    all.extend(rest.iter().map(passes));
    Some(all)
}

#[cfg(target_arch = "x86_64")]
fn pass_together<const N: usize, const L: usize>(
    numbers: &[[u64; N]; LANES],
) -> Option<[bool; LANES]> {
    let ones = numbers.each_ref().map(|n| one(n, 52 * L));
    let powers = lanes::powers::<N, L>(numbers, &ones)?;
    Some(std::array::from_fn(|lane| {
        is_one_or_minus_one(&powers[lane], &ones[lane], &numbers[lane])
    }))
}

/// Other processors have nothing for it.
#[cfg(not(target_arch = "x86_64"))]
fn pass_together<const N: usize, const L: usize>(_: &[[u64; N]; LANES]) -> Option<[bool; LANES]> {
    None
}

fn passes<const N: usize>(n: &[u64; N]) -> bool {
    is_one_or_minus_one(&power(n), &one(n, 64 * N), n)
}

fn is_one_or_minus_one<const N: usize>(power: &[u64; N], one: &[u64; N], n: &[u64; N]) -> bool {
    power == one || *power == subtract(n, one).0
}

/// 2^((n - 1) / 2) modulo n, in Montgomery form: times 2^(64 N).
fn power<const N: usize>(n: &[u64; N]) -> [u64; N] {
    let inverse = negative_inverse(n[0]);
    let mut power = double(&one(n, 64 * N), n);
    // The exponent's bits are n's without the lowest; the highest is in `power` already.
    for bit in (1..N * 64 - 1).rev() {
        power = square(&power, n, inverse);
        if n[bit / 64] >> (bit % 64) & 1 == 1 {
            power = double(&power, n);
        }
    }
    power
}

/// 1 in Montgomery form: 2^`bits` modulo n, for at least 64 N bits.
fn one<const N: usize>(n: &[u64; N], bits: usize) -> [u64; N] {
    // 2^(64 N) - n, as n has its highest bit set.
    let mut one = subtract(&[0; N], n).0;
    for _ in 64 * N..bits {
        one = double(&one, n);
    }
    one
}

/// -n⁻¹ modulo 2^64, by Newton's iteration, which doubles the number of right bits each time.
fn negative_inverse(n: u64) -> u64 {
    let mut inverse = n;
    for _ in 0..5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(n.wrapping_mul(inverse)));
    }
    inverse.wrapping_neg()
}

/// `a² / 2^(64 N)` modulo n: Montgomery's method, with the square first and the reduction after.
fn square<const N: usize>(a: &[u64; N], n: &[u64; N], inverse: u64) -> [u64; N] {
    let mut words = [[0; N]; 2];
    let t = words.as_flattened_mut();
    for i in 0..N {
        let mut carry = 0;
        for j in i + 1..N {
            (t[i + j], carry) = multiply_add(t[i + j], a[i], a[j], carry);
        }
        t[i + N] = carry;
    }
    double_and_add_squares(t, a);
    divide(words, n, inverse)
}

/// `words / 2^(64 N)` modulo n, for less than n 2^(64 N): Montgomery's reduction.
fn divide<const N: usize>(mut words: [[u64; N]; 2], n: &[u64; N], inverse: u64) -> [u64; N] {
    let t = words.as_flattened_mut();
    let mut top = 0;
    for i in 0..N {
        let factor = t[i].wrapping_mul(inverse);
        let mut carry = 0;
        for j in 0..N {
            (t[i + j], carry) = multiply_add(t[i + j], factor, n[j], carry);
        }
        (t[i + N], top) = add(t[i + N], carry, top);
    }
    reduce(words[1], top, n)
}

/// From the products of different words to the square: each counts twice, and the words' own squares
/// are missing.
fn double_and_add_squares<const N: usize>(t: &mut [u64], a: &[u64; N]) {
    let (mut carry, mut shifted) = (0, 0);
    for i in 0..N {
        let (low, high) = (t[2 * i], t[2 * i + 1]);
        let own = u128::from(a[i]) * u128::from(a[i]);
        (t[2 * i], carry) = add(low << 1 | shifted, own as u64, carry);
        (t[2 * i + 1], carry) = add(high << 1 | low >> 63, (own >> 64) as u64, carry);
        shifted = high >> 63;
    }
}

/// `2 a` modulo n.
fn double<const N: usize>(a: &[u64; N], n: &[u64; N]) -> [u64; N] {
    let mut doubled = [0; N];
    let mut top = 0;
    for (to, from) in doubled.iter_mut().zip(a) {
        *to = from << 1 | top;
        top = from >> 63;
    }
    reduce(doubled, top, n)
}

/// `top * 2^(64 N) + a` modulo n, for less than 2 n.
fn reduce<const N: usize>(a: [u64; N], top: u64, n: &[u64; N]) -> [u64; N] {
    let (difference, borrow) = subtract(&a, n);
    if top != 0 || !borrow { difference } else { a }
}

/// `a - b` modulo 2^(64 N), and whether it is negative.
fn subtract<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], bool) {
    let mut difference = [0; N];
    let mut borrow = false;
    for i in 0..N {
        let (word, first) = a[i].overflowing_sub(b[i]);
        let (word, second) = word.overflowing_sub(u64::from(borrow));
        difference[i] = word;
        borrow = first | second;
    }
    (difference, borrow)
}

/// `sum + a * b + carry`, as low and high word.
#[inline(always)]
fn multiply_add(sum: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let wide = u128::from(sum) + u128::from(a) * u128::from(b) + u128::from(carry);
    (wide as u64, (wide >> 64) as u64)
}

/// `a + b + carry`, as low and high word.
#[inline(always)]
fn add(a: u64, b: u64, carry: u64) -> (u64, u64) {
    let wide = u128::from(a) + u128::from(b) + u128::from(carry);
    (wide as u64, (wide >> 64) as u64)
}

#[cfg(test)]
mod tests;
