"""The shell around memory and understanding: channels, HTTP, goals, wording, and the order of steps."""
