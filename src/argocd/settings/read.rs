//! What the values of settings mean.

use std::ffi::OsStr;

use super::error::SettingsError;
use crate::derive::{Scope, SeedId};
use crate::helm::Memory;

/// What `PIN_VALUES_SCHEMES` may hold: helm itself speaks these, all others need a plugin of helm's.
const SCHEMES: [&str; 2] = ["https", "http"];

/// The largest `PIN_PARALLELISM`.
pub(super) const MOST_RENDERS: usize = 1024;

/// The least `PIN_MEMORY`: with less helm does not begin.
pub(super) const LEAST_MEMORY: u32 = 128;

/// The largest `PIN_MEMORY`: 1 TiB.
pub(super) const MOST_MEMORY: u32 = 1 << 20;

/// The last second of the year 9999: behind it, years have five digits and charts' formats break.
pub(super) const LAST_CLOCK: i64 = 253_402_300_799;

/// Items that commas separate, without the blanks around them.
pub(super) fn list(name: &'static str, value: &OsStr) -> Result<Vec<String>, SettingsError> {
    let text = value.to_str().ok_or(SettingsError::NotUtf8(name))?;
    let items = text.split(',').map(str::trim);
    Ok(items
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect())
}

/// The schemes by which files may be fetched, in lower case.
pub(super) fn schemes(name: &'static str, value: &OsStr) -> Result<Vec<String>, SettingsError> {
    let lower = value.to_ascii_lowercase();
    let schemes = list(name, &lower).map_err(|_| SettingsError::Scheme)?;
    let is_known = |scheme: &String| SCHEMES.contains(&scheme.as_str());
    match schemes.iter().all(is_known) {
        true => Ok(schemes),
        false => Err(SettingsError::Scheme),
    }
}

/// A seed's id.
pub(super) fn seed_id(value: &OsStr) -> Result<SeedId, SettingsError> {
    let id = value.to_str().and_then(SeedId::parse);
    id.ok_or(SettingsError::SeedId)
}

/// `project/application`.
pub(super) fn scope(value: &OsStr) -> Result<Scope, SettingsError> {
    let is_name = |name: &&str| !name.is_empty() && !name.contains('/');
    let names = value.to_str().and_then(|text| text.split_once('/'));
    let names = names.filter(|(project, application)| is_name(project) && is_name(application));
    let (project, application) = names.ok_or(SettingsError::Scope)?;
    Ok(Scope {
        project: project.to_owned(),
        application: application.to_owned(),
    })
}

/// How many renders may run at once.
pub(super) fn parallelism(value: &OsStr) -> Result<usize, SettingsError> {
    let count = number(value).filter(|count| *count <= MOST_RENDERS);
    count.ok_or(SettingsError::Parallelism)
}

/// How much memory one helm may take.
pub(super) fn memory(value: &OsStr) -> Result<Memory, SettingsError> {
    let is_fine = |count: &u32| *count == 0 || (LEAST_MEMORY..=MOST_MEMORY).contains(count);
    let count = number(value).filter(is_fine);
    count.map(Memory::of_mib).ok_or(SettingsError::Memory)
}

/// `true` or `false`.
pub(super) fn switch(name: &'static str, value: &OsStr) -> Result<bool, SettingsError> {
    match value.to_str() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err(SettingsError::Switch(name)),
    }
}

/// A moment in seconds since 1970, or `error`.
pub(super) fn clock(value: &OsStr, error: SettingsError) -> Result<i64, SettingsError> {
    let seconds = number(value).filter(|seconds| *seconds <= LAST_CLOCK);
    seconds.ok_or(error)
}

/// A number in decimal digits and nothing else.
fn number<T: std::str::FromStr>(value: &OsStr) -> Option<T> {
    let text = value.to_str()?;
    let is_decimal = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_decimal.then(|| text.parse().ok()).flatten()
}
