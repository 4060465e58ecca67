"""The only place that writes: a plan's document becomes operations, journalled before they are sent, and state."""
