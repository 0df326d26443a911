DROP VIEW IF EXISTS registrations;
CREATE VIEW registrations AS SELECT case_id, registered_on, title_length FROM registrations_vN;
COMMENT ON VIEW registrations IS 'One row per registered case';
COMMENT ON COLUMN registrations.case_id IS 'Id of the case';
COMMENT ON COLUMN registrations.registered_on IS 'Day on which it was registered (UTC)';
COMMENT ON COLUMN registrations.title_length IS 'Characters of its title, in tens';
GRANT SELECT ON registrations TO analyst;

DROP VIEW IF EXISTS registration_channels;
CREATE VIEW registration_channels AS SELECT case_id, channel FROM registration_channels_vN;
COMMENT ON VIEW registration_channels IS 'How registered cases came in';
COMMENT ON COLUMN registration_channels.case_id IS 'Id of the case';
COMMENT ON COLUMN registration_channels.channel IS 'Channel';
GRANT SELECT ON registration_channels TO analyst;
