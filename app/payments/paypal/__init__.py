"""payments/paypal."""
