"""The investment example and reusable modules, carried as package data."""
