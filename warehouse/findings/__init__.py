"""What people may want to know of a recording: each finding is made once, stored, and compared over re-readings."""
