//! Feedback and evaluations of responses: values of the application, which `app`
//! records on spans. Uses `emit`.

mod evaluation;
mod rating;
mod score;
mod user_feedback;

pub use self::evaluation::Evaluation;
pub use self::rating::Rating;
pub use self::score::Score;
pub use self::user_feedback::Feedback;
