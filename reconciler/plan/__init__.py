"""Pure functions from what is wanted, remembered and live to a plan. No input or output here."""
