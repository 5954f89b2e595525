"""The pages: one module each, with its `routes`, which `register.app.PAGES` lists."""
