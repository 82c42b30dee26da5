"""What the data channels say: each message is checked, consent is asked, then it acts."""
