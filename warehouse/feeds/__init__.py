"""Files for other programs to follow: calendars (iCalendar) and feeds (Atom), one for each filter.

They are made of the published snapshot, and each new file is compared with the one that it replaces: what did not
change keeps its times, what changed says so, and what is no longer to happen is cancelled and does not just vanish.
"""
