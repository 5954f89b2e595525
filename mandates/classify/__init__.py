"""What a clause is: its type, whom it addresses, what it asks for."""
