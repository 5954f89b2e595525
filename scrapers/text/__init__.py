"""From the bytes of a document to its text: HTML, PDF and Word.

`documents.document_text` is the entry; it finds out the type from the bytes.
"""
