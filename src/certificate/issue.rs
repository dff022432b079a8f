//! The certificates of Sprig's `genCA`, `genSelfSignedCert` and `genSignedCert`, and of their
//! `…WithKey` forms: these differ in where the key comes from, not in the certificate.

use base64::prelude::{BASE64_STANDARD, Engine};
use thiserror::Error;
use zeroize::Zeroizing;

use super::key_error::KeyError;
use super::names::Names;
use super::pem;
use super::private_key::PrivateKey;
use super::window::Validity;
use super::x509::{self, Signer, Template};

/// Why a certificate cannot be issued or read.
#[derive(Debug, Error)]
pub(crate) enum CertificateError {
    /// An argument of `buildCustomCert` is not base64.
    #[error("unable to decode the base64 of the {what}")]
    Base64 {
        /// Which argument: the certificate or the private key.
        what: &'static str,
    },
    /// An argument of `buildCustomCert` holds more than text, which cannot be handed on.
    #[error("the {what} holds bytes that are no UTF-8: take out what stands around its PEM block")]
    NoText {
        /// Which argument: the certificate or the private key.
        what: &'static str,
    },
    /// A certificate is not PEM.
    #[error("no PEM data in the certificate")]
    NoPem,
    /// A certificate's PEM block does not hold a certificate.
    #[error("the certificate is malformed")]
    Malformed {
        /// Where and why reading failed.
        source: der::Error,
    },
    /// The CA's private key is not the one that its certificate names.
    #[error("the private key does not match the certificate of the CA")]
    KeyMismatch,
    /// A private key cannot be read or used.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A certificate that signs others, with its key.
///
/// What it signs depends on its subject, its subject key identifier and its key only: not on its
/// dates. So a leaf stays as it is when its CA is issued again.
#[derive(Clone, Debug)]
pub(crate) struct Issuer {
    subject: Vec<u8>,
    key_id: Option<Vec<u8>>,
    key: PrivateKey,
}

impl Issuer {
    /// The CA that [`issue_ca`] issues for this common name and key.
    ///
    /// # Errors
    ///
    /// A key that cannot sign certificates.
    #[cfg(test)]
    pub(crate) fn generated_ca(
        common_name: &str,
        key: PrivateKey,
    ) -> Result<Issuer, CertificateError> {
        Ok(Issuer {
            subject: subject(&Names::subject(common_name))?,
            key_id: Some(x509::key_id(&key)?),
            key,
        })
    }

    /// A certificate that is no CA, from `genSelfSignedCert` or `genSignedCert`, as a signer: Sprig
    /// lets it sign. It has no subject key identifier.
    ///
    /// # Errors
    ///
    /// None that a common name can cause.
    #[cfg(test)]
    pub(crate) fn generated_leaf(
        common_name: &str,
        key: PrivateKey,
    ) -> Result<Issuer, CertificateError> {
        Ok(Issuer {
            subject: subject(&Names::subject(common_name))?,
            key_id: None,
            key,
        })
    }

    /// A CA that the user gave, in PEM: it signs as it is, and stays as it is.
    ///
    /// # Errors
    ///
    /// What is no certificate or no private key, and a pair that does not belong together.
    pub(crate) fn from_pem(certificate: &str, key: &str) -> Result<Issuer, CertificateError> {
        let block = pem::decode(certificate).ok_or(CertificateError::NoPem)?;
        let parsed =
            x509::parse(&block.bytes).map_err(|source| CertificateError::Malformed { source })?;
        let key = PrivateKey::from_pem(key)?;
        if key.public_key_info()? != parsed.public_key {
            return Err(CertificateError::KeyMismatch);
        }
        Ok(Issuer {
            subject: parsed.subject,
            key_id: parsed.key_id,
            key,
        })
    }
}

/// The dates of a certificate in PEM, if its private key is this one, or not known.
///
/// # Errors
///
/// What is no certificate, and a pair that does not belong together.
pub(crate) fn validity_of(
    certificate: &str,
    key: Option<&PrivateKey>,
) -> Result<Validity, CertificateError> {
    let block = pem::decode(certificate).ok_or(CertificateError::NoPem)?;
    let parsed =
        x509::parse(&block.bytes).map_err(|source| CertificateError::Malformed { source })?;
    match key {
        Some(key) if key.public_key_info()? != parsed.public_key => {
            Err(CertificateError::KeyMismatch)
        }
        Some(_) | None => {
            let malformed = |source| CertificateError::Malformed { source };
            parsed.validity().map_err(malformed)
        }
    }
}

/// The PEM text of the certificate of `genCA` and `genCAWithKey`.
///
/// # Errors
///
/// A key that cannot sign certificates.
pub(crate) fn issue_ca(
    common_name: &str,
    validity: Validity,
    key: &PrivateKey,
) -> Result<String, CertificateError> {
    issue_by_itself(&Names::subject(common_name), validity, key, true)
}

/// The PEM text of the certificate of `genSelfSignedCert` and `genSelfSignedCertWithKey`.
///
/// # Errors
///
/// A key that cannot sign certificates.
pub(crate) fn issue_self_signed(
    names: &Names,
    validity: Validity,
    key: &PrivateKey,
) -> Result<String, CertificateError> {
    issue_by_itself(names, validity, key, false)
}

/// The PEM text of the certificate of `genSignedCert` and `genSignedCertWithKey`, for `key`.
///
/// # Errors
///
/// A key that cannot stand in a certificate.
pub(crate) fn issue_signed(
    names: &Names,
    validity: Validity,
    key: &PrivateKey,
    issuer: &Issuer,
) -> Result<String, CertificateError> {
    let template = Template {
        names,
        validity,
        is_ca: false,
    };
    let signer = Signer {
        subject: &issuer.subject,
        key_id: issuer.key_id.as_deref(),
        key: &issuer.key,
    };
    Ok(to_pem(&x509::certificate(&template, key, &signer)?))
}

/// The certificate and the key that `buildCustomCert` passes on: its arguments, decoded.
///
/// # Errors
///
/// What Sprig refuses: what is not base64, no PEM, no certificate, no private key; and what is no UTF-8. As in Sprig,
/// only [`Issuer::from_pem`] asks whether the two belong together.
pub(crate) fn build_custom_cert(
    certificate: &str,
    key: &str,
) -> Result<(String, Zeroizing<String>), CertificateError> {
    let decode = |text: &str, what| {
        let bytes = BASE64_STANDARD.decode(text.replace(['\r', '\n'], ""));
        let bytes = bytes.map_err(|_| CertificateError::Base64 { what })?;
        String::from_utf8(bytes).map_err(|_| CertificateError::NoText { what })
    };
    let certificate = decode(certificate, "certificate")?;
    let key = Zeroizing::new(decode(key, "private key")?);
    let block = pem::decode(&certificate).ok_or(CertificateError::NoPem)?;
    x509::parse(&block.bytes).map_err(|source| CertificateError::Malformed { source })?;
    PrivateKey::from_pem(&key)?;
    Ok((certificate, key))
}

fn issue_by_itself(
    names: &Names,
    validity: Validity,
    key: &PrivateKey,
    is_ca: bool,
) -> Result<String, CertificateError> {
    let template = Template {
        names,
        validity,
        is_ca,
    };
    let signer = Signer {
        subject: &subject(names)?,
        key_id: None,
        key,
    };
    Ok(to_pem(&x509::certificate(&template, key, &signer)?))
}

fn subject(names: &Names) -> Result<Vec<u8>, KeyError> {
    names
        .subject_der()
        .map_err(|_| KeyError::Broken("certificate"))
}

fn to_pem(certificate: &[u8]) -> String {
    pem::encode("CERTIFICATE", certificate).to_string()
}
