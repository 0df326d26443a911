CREATE INDEX registrations_vN_day ON registrations_vN (registered_on);
