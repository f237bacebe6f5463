"""Step 1: users, companies, cookie sessions, API keys and password resets."""
