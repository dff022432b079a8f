//! Eight powers of two at once, on processors that multiply eight pairs of 52-bit digits in one
//! instruction (AVX-512 IFMA). Each vector holds one digit, or one word, of each number.

use std::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_and_si512, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64,
    _mm512_maskz_mov_epi64, _mm512_reduce_add_epi64, _mm512_set1_epi64, _mm512_setr_epi64,
    _mm512_setzero_si512, _mm512_sllv_epi64, _mm512_srli_epi64, _mm512_srlv_epi64,
};

use super::{LANES, double, negative_inverse, subtract};

/// The bits of a digit.
const DIGIT: usize = 52;

/// For each of eight odd numbers with the highest bit set 2^((n - 1) / 2) modulo it, in Montgomery
/// form: times 2^(52 L). `ones` are 1 in this form.
///
/// `L` is even, and its digits have at least 16 bits more than `N` words. None where the processor
/// cannot do it.
pub(super) fn powers<const N: usize, const L: usize>(
    numbers: &[[u64; N]; LANES],
    ones: &[[u64; N]; LANES],
) -> Option<[[u64; N]; LANES]> {
    if !(is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma")) {
        return None;
    }
    // SAFETY: the processor has what the function is compiled for.
    #[expect(
        unsafe_code,
        reason = "no other way to call what only some processors can do"
    )]
    Some(unsafe { together::<N, L>(numbers, ones) })
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn together<const N: usize, const L: usize>(
    numbers: &[[u64; N]; LANES],
    ones: &[[u64; N]; LANES],
) -> [[u64; N]; LANES] {
    let words: [_; N] = std::array::from_fn(|i| vector(|lane| numbers[lane][i]));
    let n: [_; L] = std::array::from_fn(|i| vector(|lane| digit(&numbers[lane], i)));
    let inverse = vector(|lane| negative_inverse(numbers[lane][0]));
    let twos: [_; LANES] = std::array::from_fn(|lane| double(&ones[lane], &numbers[lane]));
    let mut power: [_; L] = std::array::from_fn(|i| vector(|lane| digit(&twos[lane], i)));
    let lowest = _mm512_set1_epi64(1);
    // The exponent's bits are n's without the lowest; the highest is in `power` already.
    for bit in (1..N * 64 - 1).rev() {
        let rest = _mm512_srlv_epi64(words[bit / 64], _mm512_set1_epi64((bit % 64) as i64));
        square(&mut power, &n, inverse, _mm512_and_si512(rest, lowest));
    }
    std::array::from_fn(|lane| {
        let digits = power.map(|digits| element(digits, lane));
        remainder(&digits, &numbers[lane])
    })
}

/// `a² 2^doublings / 2^(52 L)` modulo n in each lane, for `a` below 4 n and one doubling at most:
/// Montgomery's method, with the square first and the reduction after.
///
/// The result is below 4 n again: `L` digits have so many bits more than n that no step has to
/// subtract n. Nor does a sum of products of digits reach 64 bits: carries wait for the end.
#[target_feature(enable = "avx512f,avx512ifma")]
fn square<const L: usize>(
    a: &mut [__m512i; L],
    n: &[__m512i; L],
    inverse: __m512i,
    doublings: __m512i,
) {
    let mut sums = [[_mm512_setzero_si512(); L]; 2];
    let t = sums.as_flattened_mut();
    for i in 0..L {
        for j in i + 1..L {
            t[i + j] = _mm512_madd52lo_epu64(t[i + j], a[i], a[j]);
            t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a[i], a[j]);
        }
    }
    // The products of different digits count twice.
    for i in 0..L {
        let (low, high) = (t[2 * i], t[2 * i + 1]);
        t[2 * i] = _mm512_madd52lo_epu64(_mm512_add_epi64(low, low), a[i], a[i]);
        t[2 * i + 1] = _mm512_madd52hi_epu64(_mm512_add_epi64(high, high), a[i], a[i]);
    }
    remove_low_digits(t, n, inverse);
    let mask = _mm512_set1_epi64((1 << DIGIT) - 1);
    let mut carry = _mm512_setzero_si512();
    for (to, sum) in a.iter_mut().zip(&t[L..]) {
        let sum = _mm512_add_epi64(_mm512_sllv_epi64(*sum, doublings), carry);
        *to = _mm512_and_si512(sum, mask);
        carry = _mm512_srli_epi64::<{ DIGIT as u32 }>(sum);
    }
}

/// Adds such a multiple of n to `t` that its lower `L` digits are zero; what they carry is in the others,
/// they themselves are left as they are. Two digits in each turn: a sum is loaded and stored half as
/// often.
#[target_feature(enable = "avx512f,avx512ifma")]
fn remove_low_digits<const L: usize>(t: &mut [__m512i], n: &[__m512i; L], inverse: __m512i) {
    for i in (0..L).step_by(2) {
        let (first, carry) = factor(t[i], n[0], inverse);
        let next = multiply_add(_mm512_add_epi64(t[i + 1], carry), first, n[1], n[0]);
        let (second, carry) = factor(next, n[0], inverse);
        t[i + 2] = _mm512_add_epi64(t[i + 2], carry);
        for j in 2..L {
            let sum = multiply_add(t[i + j], first, n[j], n[j - 1]);
            t[i + j] = multiply_add(sum, second, n[j - 1], n[j - 2]);
        }
        let sum = _mm512_madd52hi_epu64(t[i + L], first, n[L - 1]);
        t[i + L] = multiply_add(sum, second, n[L - 1], n[L - 2]);
        t[i + L + 1] = _mm512_madd52hi_epu64(t[i + L + 1], second, n[L - 1]);
    }
}

/// Which multiple of n makes the lowest digit of a sum zero, and what this digit carries then.
#[target_feature(enable = "avx512f,avx512ifma")]
fn factor(sum: __m512i, lowest: __m512i, inverse: __m512i) -> (__m512i, __m512i) {
    let factor = _mm512_madd52lo_epu64(_mm512_setzero_si512(), sum, inverse);
    let zero = _mm512_madd52lo_epu64(sum, factor, lowest);
    (factor, _mm512_srli_epi64::<{ DIGIT as u32 }>(zero))
}

/// `sum`, the lower half of `factor * here` and the upper half of `factor * below`: what a factor
/// adds to one column.
#[target_feature(enable = "avx512f,avx512ifma")]
fn multiply_add(sum: __m512i, factor: __m512i, here: __m512i, below: __m512i) -> __m512i {
    _mm512_madd52hi_epu64(_mm512_madd52lo_epu64(sum, factor, here), factor, below)
}

/// A vector of what each lane has.
#[target_feature(enable = "avx512f")]
fn vector(lane: impl Fn(usize) -> u64) -> __m512i {
    let [a, b, c, d, e, f, g, h] = std::array::from_fn(|i| lane(i) as i64);
    _mm512_setr_epi64(a, b, c, d, e, f, g, h)
}

/// What a vector holds for a lane.
#[target_feature(enable = "avx512f")]
fn element(vector: __m512i, lane: usize) -> u64 {
    _mm512_reduce_add_epi64(_mm512_maskz_mov_epi64(1 << lane, vector)) as u64
}

/// The digit at an index.
fn digit<const N: usize>(words: &[u64; N], index: usize) -> u64 {
    let (word, shift) = (index * DIGIT / 64, index * DIGIT % 64);
    let low = words.get(word).map_or(0, |low| low >> shift);
    let high = words
        .get(word + 1)
        .map_or(0, |high| u128::from(*high) << 64 >> shift);
    (low | high as u64) & ((1 << DIGIT) - 1)
}

/// What digits make, modulo n, for a few times n.
fn remainder<const N: usize, const L: usize>(digits: &[u64; L], n: &[u64; N]) -> [u64; N] {
    let mut words = [0; N];
    let mut top = 0;
    for (index, digit) in digits.iter().enumerate() {
        let (word, shift) = (index * DIGIT / 64, index * DIGIT % 64);
        let wide = u128::from(*digit) << shift;
        for (word, part) in [(word, wide as u64), (word + 1, (wide >> 64) as u64)] {
            *words.get_mut(word).unwrap_or(&mut top) |= part;
        }
    }
    loop {
        let (difference, borrow) = subtract(&words, n);
        if borrow && top == 0 {
            return words;
        }
        words = difference;
        top -= u64::from(borrow);
    }
}
