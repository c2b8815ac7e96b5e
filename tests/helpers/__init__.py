"""What tests share: guards, fakes, ways to type. Each has tests of its own."""
