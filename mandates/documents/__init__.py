"""What a document says of itself and of others: heading, symbols, citations, and the bodies behind them."""
