//! Draw values. A part knows nothing of calls, sessions or what an address means.
