"""Statement files of acquirers and wallets, read into canonical records. Pure: no ORM, no settings, no network."""
