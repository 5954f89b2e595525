"""What people get on paper: the mandate matrix as a workbook, a CSV or a Word file, and the brief of a session."""
