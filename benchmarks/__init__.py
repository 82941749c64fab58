"""What the machinery costs: builds, pages and parts, measured in one run. ``make bench`` records it."""
