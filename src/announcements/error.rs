//! Why an announcement is refused.

use crate::kernel::error::{Answer, Code, Fault, FieldError, Refusal};

#[derive(Debug, thiserror::Error)]
pub enum AnnouncementError {
    #[error("there is no such announcement")]
    NoAnnouncement,
    #[error("{}", FieldError::list(.0))]
    Fields(Vec<FieldError>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for AnnouncementError {
    fn answer(&self) -> Answer {
        match self {
            AnnouncementError::NoAnnouncement => Code::NotFound.into(),
            AnnouncementError::Fields(fields) => Answer::invalid(fields),
            AnnouncementError::Fault(fault) => fault.answer(),
        }
    }
}
