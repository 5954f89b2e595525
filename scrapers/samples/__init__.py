"""Recorded answers: crawl them again without a network, keep new ones, propose a source from one."""
