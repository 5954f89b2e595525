"""The forms in which bodies decide, one module each; `choice` asks which of them explains a text best."""
