"""Measurements beside a floor or a peer. They print ratios and medians; none of them passes or fails."""
