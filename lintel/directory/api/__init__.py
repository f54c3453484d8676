"""The directory for other programs: Open Referral UK 3.0 under `/oruk/v3/`, open to everybody."""
