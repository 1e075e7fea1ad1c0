"""What the four problems of Day 5 share: settings, cases, and mistakes of any kind of pooling."""
