"""What Siyu accepts at its borders: Great Expectations suites, declared as data."""
