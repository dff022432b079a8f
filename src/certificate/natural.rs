//! Natural numbers of any size, and arithmetic modulo an odd one: the few operations that RSA and
//! DSA need, over `crypto-bigint`.

use std::cmp::Ordering;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, ConcatenatingMul, Gcd, Limb, NonZero, Odd};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A natural number; wiped when dropped. `Debug` is not implemented, because most are secret.
#[derive(Clone)]
pub(super) struct Natural(BoxedUint);

impl Natural {
    /// The number whose big-endian bytes these are (OS2IP of RFC 8017).
    pub(super) fn from_be(bytes: &[u8]) -> Natural {
        Natural(BoxedUint::from_be_slice_vartime(bytes))
    }

    /// A small number.
    pub(super) fn from_u64(value: u64) -> Natural {
        Natural(BoxedUint::from(value))
    }

    /// The big-endian bytes without leading zeros; none for zero.
    pub(super) fn to_be(&self) -> Zeroizing<Vec<u8>> {
        let all = Zeroizing::new(self.0.to_be_bytes());
        let zeros = all.iter().take_while(|byte| **byte == 0).count();
        Zeroizing::new(all[zeros..].to_vec())
    }

    /// The big-endian bytes, with zeros in front up to `length` (I2OSP of RFC 8017); none if the
    /// number is longer.
    pub(super) fn to_be_padded(&self, length: usize) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = self.to_be();
        let zeros = length.checked_sub(bytes.len())?;
        let mut padded = Zeroizing::new(vec![0; length]);
        padded[zeros..].copy_from_slice(&bytes);
        Some(padded)
    }

    /// The number of significant bits.
    pub(super) fn bits(&self) -> u32 {
        self.0.bits_vartime()
    }

    /// Whether the number is odd.
    pub(super) fn is_odd(&self) -> bool {
        self.0.bit_vartime(0)
    }

    /// The number as a machine word, if it fits.
    pub(super) fn to_u64(&self) -> Option<u64> {
        let bytes = self.to_be_padded(8)?;
        Some(u64::from_be_bytes(bytes.as_slice().try_into().ok()?))
    }

    /// The order of two numbers.
    pub(super) fn compare(&self, other: &Natural) -> Ordering {
        self.0.cmp_vartime(&other.0)
    }

    /// `self + other`.
    pub(super) fn plus(&self, other: &Natural) -> Natural {
        Natural(self.0.concatenating_add(&other.0))
    }

    /// `self - 1`; zero stays zero.
    pub(super) fn minus_one(&self) -> Natural {
        if self.bits() == 0 {
            return self.clone();
        }
        Natural(self.0.wrapping_sub(BoxedUint::one()))
    }

    /// `self * other`.
    pub(super) fn times(&self, other: &Natural) -> Natural {
        Natural(self.0.concatenating_mul(&other.0))
    }

    /// Quotient and remainder by a machine word; none for zero.
    pub(super) fn divide_small(&self, divisor: u64) -> Option<(Natural, u64)> {
        let divisor = Option::<NonZero<Limb>>::from(NonZero::new(Limb(divisor)))?;
        let (quotient, remainder) = self.0.div_rem_limb(divisor);
        Some((Natural(quotient), remainder.0))
    }

    /// The remainder by `divisor`; none for zero. In constant time for a given size.
    pub(super) fn modulo(&self, divisor: &Natural) -> Option<Natural> {
        let divisor = Option::<NonZero<BoxedUint>>::from(NonZero::new(divisor.0.clone()))?;
        Some(Natural(self.0.rem(&divisor)))
    }

    /// The greatest common divisor.
    pub(super) fn gcd(&self, other: &Natural) -> Natural {
        Natural(self.0.gcd(&other.0))
    }

    /// The number in 64-bit words, the least first; zeros may stand behind.
    pub(super) fn words(&self) -> &[u64] {
        self.0.as_words()
    }

    /// The number, for the primality test.
    pub(super) fn as_uint(&self) -> &BoxedUint {
        &self.0
    }
}

impl PartialEq for Natural {
    fn eq(&self, other: &Natural) -> bool {
        self.compare(other) == Ordering::Equal
    }
}

impl Eq for Natural {}

impl Drop for Natural {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Natural {}

/// An odd modulus greater than 1, with what Montgomery multiplication needs.
#[derive(Clone)]
pub(super) struct Modulus(BoxedMontyParams);

impl Modulus {
    /// The modulus; none if it is even or less than 3.
    pub(super) fn new(modulus: &Natural) -> Option<Modulus> {
        if modulus.bits() < 2 {
            return None;
        }
        // Leading zero limbs would only cost time.
        let modulus = BoxedUint::from_be_slice_vartime(&modulus.to_be());
        let odd = Option::<Odd<BoxedUint>>::from(Odd::new(modulus))?;
        Some(Modulus(BoxedMontyParams::new_vartime(odd)))
    }

    /// `base ^ exponent`, modulo this. The time depends on the exponent's size, not on its bits.
    pub(super) fn power(&self, base: &Natural, exponent: &Natural) -> Natural {
        let base = self.form(base);
        Natural(
            base.pow_bounded_exp(&exponent.0, exponent.bits())
                .retrieve(),
        )
    }

    /// `(a - b) * c`, modulo this.
    pub(super) fn difference_times(&self, a: &Natural, b: &Natural, c: &Natural) -> Natural {
        let difference = self.form(a).sub(&self.form(b));
        Natural(difference.mul(&self.form(c)).retrieve())
    }

    /// The multiplicative inverse, modulo this; none if there is none.
    pub(super) fn inverse(&self, number: &Natural) -> Option<Natural> {
        Option::<BoxedMontyForm>::from(self.form(number).invert())
            .map(|inverse| Natural(inverse.retrieve()))
    }

    /// Parameters of Montgomery multiplication, for the primality test.
    pub(super) fn montgomery(&self) -> &BoxedMontyParams {
        &self.0
    }

    /// A number in Montgomery form, reduced.
    pub(super) fn form(&self, number: &Natural) -> BoxedMontyForm {
        let modulus = self.0.modulus().as_nz_ref();
        BoxedMontyForm::new(number.0.rem(modulus), &self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use proptest::prelude::*;

    use super::*;

    fn big(value: u128) -> Natural {
        Natural::from_be(&value.to_be_bytes())
    }

    fn small(number: &Natural) -> u128 {
        let bytes = number.to_be_padded(16).unwrap();
        u128::from_be_bytes(bytes.as_slice().try_into().unwrap())
    }

    #[test]
    fn bytes_have_no_leading_zeros() {
        assert!(Natural::from_be(&[]).to_be().is_empty());
        assert!(Natural::from_be(&[0, 0]).to_be().is_empty());
        assert_eq!(*Natural::from_be(&[0, 1, 0]).to_be(), [1, 0]);
        assert_eq!(*big(5).to_be_padded(3).unwrap(), [0, 0, 5]);
        assert!(big(0x10000).to_be_padded(2).is_none());
    }

    #[test]
    fn odd_moduli_only() {
        for even_or_tiny in [0, 1, 2, 4, 1 << 70] {
            assert!(Modulus::new(&big(even_or_tiny)).is_none());
        }
        assert!(Modulus::new(&big(3)).is_some());
    }

    proptest! {
        /// Every operation against machine arithmetic, over numbers of different sizes.
        #[test]
        fn agrees_with_machine_arithmetic(a: u64, b: u64, c: u32, shift in 0_u32..64) {
            let (a, b, c) = (u128::from(a >> shift), u128::from(b), u128::from(c));
            prop_assert_eq!(small(&big(a).plus(&big(b))), a + b);
            prop_assert_eq!(small(&big(a).times(&big(b))), a * b);
            prop_assert_eq!(small(&big(a).minus_one()), a.saturating_sub(1));
            prop_assert_eq!(big(a).compare(&big(b)), a.cmp(&b));
            prop_assert_eq!(big(a) == big(b), a == b);
            prop_assert_eq!(big(a).bits(), 128 - a.leading_zeros());
            prop_assert_eq!(big(a).is_odd(), a % 2 == 1);
            if b != 0 {
                prop_assert_eq!(small(&big(a * c).modulo(&big(b)).unwrap()), (a * c) % b);
                let (quotient, rest) = big(a * c).divide_small(b as u64).unwrap();
                prop_assert_eq!((small(&quotient), u128::from(rest)), ((a * c) / b, (a * c) % b));
                let gcd = small(&big(a).gcd(&big(b)));
                prop_assert!(a % gcd == 0 && b % gcd == 0);
            }
            let odd = (c | 1).max(3);
            let modulus = Modulus::new(&big(odd)).unwrap();
            let mut power = 1;
            for _ in 0..(b % 50) {
                power = power * a % odd;
            }
            prop_assert_eq!(small(&modulus.power(&big(a), &big(b % 50))), power % odd);
            let difference = (a % odd + odd - b % odd) % odd;
            prop_assert_eq!(
                small(&modulus.difference_times(&big(a), &big(b), &big(c))),
                difference * (c % odd) % odd
            );
            if let Some(inverse) = modulus.inverse(&big(a)) {
                prop_assert_eq!(small(&inverse) * (a % odd) % odd, 1);
            }
        }
    }
}
