"""A publication site of invented bodies, served over HTTP on loopback, for `mandates demo` and the tests."""
