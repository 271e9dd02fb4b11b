"""What a customer is worth: RFM segments and the value, activity and loyalty tiers."""
