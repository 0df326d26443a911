-- The analysts' contract: what a query may rely on. Behind the views stand the tables of the live version.
-- A rebuild drops and makes them again in the transaction of the switch.

DROP VIEW IF EXISTS cases;
CREATE VIEW cases AS
  SELECT case_id, case_no, status, title, description, channel, category, territory, location, requester_kind, requester_ref,
         urgency, demand_kind, level, green_channel, registered_at, period, accepted_at, contacted_at, refused_at,
         refusal_reason, refusal_text, on_the_spot_at, on_the_spot_result, withdrawn_at, withdrawal_reason, closed_at, reopened_at, reopenings,
         merged_at, merged_into, repeats_case_id, repeats_requester, repeats_same_requester, joined_demands, urgings, last_urged_at, supplements, messages, questions, waits_until, visit_id, demands, coalesce(closed_at, withdrawn_at, refused_at, merged_at) AS ended_at, round, dispatches, returns, dispatched_at,
         lead_department, assist_departments, first_answered_at, answered_at, answered_by, answer, held_until, hold_reason, holds, extensions, tier, tier_moves, escalations, supervision, responsible_department,
         called_back_at, reached, resolved, satisfaction, unit_at_fault, decision, reworks, contact_status, contact_due_at,
         lead_status, lead_due_at, next_due_at, coalesce(next_due_at < now(), false) AS overdue, breaches,
         in_scope, contacted_in_time, counted_reached, counted_resolved, counted_asked, counted_satisfied, events, last_occurred_at, last_recorded_at,
         search_text, xmin::text::bigint AS written_by
    FROM cases_vN;
COMMENT ON VIEW cases IS 'One row per case: what intake, dispatch, the clocks and the call-backs say about it';
COMMENT ON COLUMN cases.case_id IS 'Id of the case';
COMMENT ON COLUMN cases.case_no IS 'Number for people, e.g. LB20260209-000001';
COMMENT ON COLUMN cases.status IS 'registered, accepted, refused, merged, withdrawn, dispatched, in-progress, answered, rework or closed; a returned case is accepted again, one in rework stays so until it is answered again';
COMMENT ON COLUMN cases.title IS 'Title, personal data masked';
COMMENT ON COLUMN cases.description IS 'The demand in the requester''s words, personal data masked';
COMMENT ON COLUMN cases.channel IS 'How it came in: online, hotline, visit, grid, station or integration';
COMMENT ON COLUMN cases.category IS 'Code of its class (view categories); that of the acceptance where one was given';
COMMENT ON COLUMN cases.territory IS 'Code of the territory it is about (view territories)';
COMMENT ON COLUMN cases.location IS 'Where in the territory';
COMMENT ON COLUMN cases.requester_kind IS 'resident or firm';
COMMENT ON COLUMN cases.requester_ref IS 'Key of the protected contact data, which only intake can open';
COMMENT ON COLUMN cases.urgency IS 'normal or urgent, as registered; the contact clock reads it';
COMMENT ON COLUMN cases.demand_kind IS 'Kind of demand: consultation, help, complaint, report, suggestion or praise; null until somebody has said it';
COMMENT ON COLUMN cases.level IS 'urgent, utility, simple, general or complex, as accepted; later clocks read it';
COMMENT ON COLUMN cases.green_channel IS 'Expedited: half the limit of the level';
COMMENT ON COLUMN cases.registered_at IS 'When the demand was made; its month is the period a case is counted in';
COMMENT ON COLUMN cases.period IS 'Month of registration in China time, e.g. 2026-02';
COMMENT ON COLUMN cases.accepted_at IS 'When intake accepted it';
COMMENT ON COLUMN cases.contacted_at IS 'When the requester was first contacted; a refusal with its text and an on-the-spot result count';
COMMENT ON COLUMN cases.refused_at IS 'When intake refused it';
COMMENT ON COLUMN cases.refusal_reason IS 'Reason code of the refusal';
COMMENT ON COLUMN cases.refusal_text IS 'What the requester was told';
COMMENT ON COLUMN cases.on_the_spot_at IS 'When intake solved it at once, without a work order';
COMMENT ON COLUMN cases.on_the_spot_result IS 'Result of the on-the-spot handling';
COMMENT ON COLUMN cases.withdrawn_at IS 'When the requester withdrew it';
COMMENT ON COLUMN cases.withdrawal_reason IS 'Reason for the withdrawal';
COMMENT ON COLUMN cases.closed_at IS 'When it was closed, after a call-back or on the spot';
COMMENT ON COLUMN cases.reopened_at IS 'When it was last opened again';
COMMENT ON COLUMN cases.reopenings IS 'How often it was opened again after it had ended';
COMMENT ON COLUMN cases.merged_at IS 'When it was merged into another case; null when it is not';
COMMENT ON COLUMN cases.repeats_case_id IS 'The closed case that it is likely the same demand as, of the same requester or at the same place; null when there was none at its registration';
COMMENT ON COLUMN cases.repeats_requester IS 'Of a repeat: keyed hash of the phone or account of its requester, the same for all their repeats; never a name';
COMMENT ON COLUMN cases.repeats_same_requester IS 'Of a repeat: whether the closed case was of the same requester';
COMMENT ON COLUMN cases.merged_into IS 'The case it is merged into, which answers its demand too';
COMMENT ON COLUMN cases.joined_demands IS 'Cases that are merged into this one';
COMMENT ON COLUMN cases.urgings IS 'How often the requester urged';
COMMENT ON COLUMN cases.last_urged_at IS 'When the requester last urged';
COMMENT ON COLUMN cases.supplements IS 'How often the requester added something';
COMMENT ON COLUMN cases.messages IS 'Messages in the thread between the requester and those who handle the case; their texts are in the timeline';
COMMENT ON COLUMN cases.questions IS 'Messages that asked the requester something';
COMMENT ON COLUMN cases.waits_until IS 'A question to the requester stops the clocks until then at most; null when none waits';
COMMENT ON COLUMN cases.visit_id IS 'The visit that found the demand';
COMMENT ON COLUMN cases.demands IS 'Demands it answers: 1 and those that have joined; 0 of a case that is merged. Sum it; cases are the rows where it is not 0';
COMMENT ON COLUMN cases.ended_at IS 'When it ended, however: closed, withdrawn, refused or merged';
COMMENT ON COLUMN cases.round IS 'Handling now: 1 for the first, one more for each rework; 0 before the first dispatch';
COMMENT ON COLUMN cases.dispatches IS 'How often it was dispatched';
COMMENT ON COLUMN cases.returns IS 'Work orders returned as not theirs, of assistants too';
COMMENT ON COLUMN cases.dispatched_at IS 'First dispatch';
COMMENT ON COLUMN cases.lead_department IS 'The lead now';
COMMENT ON COLUMN cases.assist_departments IS 'Assistants of the last dispatch';
COMMENT ON COLUMN cases.first_answered_at IS 'First answer';
COMMENT ON COLUMN cases.answered_at IS 'Last answer';
COMMENT ON COLUMN cases.answered_by IS 'The lead at the last answer';
COMMENT ON COLUMN cases.answer IS 'Text of the last answer, personal data masked';
COMMENT ON COLUMN cases.held_until IS 'Review of the hold the case is on; null when it is not on hold';
COMMENT ON COLUMN cases.hold_reason IS 'Why it is on hold: waiting-for-requester, waiting-for-others, funds, weather-or-season, long-term-project or in-legal-procedure';
COMMENT ON COLUMN cases.holds IS 'How often it was put on hold';
COMMENT ON COLUMN cases.extensions IS 'Extensions granted';
COMMENT ON COLUMN cases.tier IS 'Kind of the territory it is with, once it was raised; null while it has always been with its own';
COMMENT ON COLUMN cases.tier_moves IS 'Its moves between tiers, in order: [{tier, territory, at}]';
COMMENT ON COLUMN cases.escalations IS 'How often it was raised to a higher tier';
COMMENT ON COLUMN cases.supervision IS 'Highest step of supervision that stands, of whatever clock: reminder, criticism or escalation';
COMMENT ON COLUMN cases.responsible_department IS 'The lead at the last answer, before one the lead now: the unit a case is counted for';
COMMENT ON COLUMN cases.called_back_at IS 'When the last call-back outcome was recorded';
COMMENT ON COLUMN cases.reached IS 'Last outcome: the requester was reached; a case not reached counts neither as resolved nor as satisfied';
COMMENT ON COLUMN cases.resolved IS 'Last outcome: the requester says it is resolved';
COMMENT ON COLUMN cases.satisfaction IS 'Last outcome: 1 very dissatisfied to 5 very satisfied; 4 and 5 count as satisfied';
COMMENT ON COLUMN cases.unit_at_fault IS 'Last outcome: unsatisfied through the fault of the unit';
COMMENT ON COLUMN cases.decision IS 'Last outcome: close or rework';
COMMENT ON COLUMN cases.reworks IS 'Reworks ordered so far';
COMMENT ON COLUMN cases.contact_status IS 'Contact clock: running, held, met, breached or cancelled; null when there is none';
COMMENT ON COLUMN cases.contact_due_at IS 'When the contact clock was or is due';
COMMENT ON COLUMN cases.lead_status IS 'Newest lead or rework clock, in the same words';
COMMENT ON COLUMN cases.lead_due_at IS 'When that clock was or is due';
COMMENT ON COLUMN cases.next_due_at IS 'Soonest due time of its open clocks, those already breached included; null when nothing is due or the case has ended';
COMMENT ON COLUMN cases.overdue IS 'Something is past due at the time of the query and still open';
COMMENT ON COLUMN cases.breaches IS 'Clocks that ran past their due time, stopped since or not';
COMMENT ON COLUMN cases.in_scope IS 'Response rate, denominator: 1 when the contact clock was met or breached, else 0. Sum it, with the five that follow';
COMMENT ON COLUMN cases.contacted_in_time IS 'Response rate, numerator: 1 when the contact clock was met';
COMMENT ON COLUMN cases.counted_reached IS 'Resolution rate, denominator: demands whose requester was called back and reached';
COMMENT ON COLUMN cases.counted_resolved IS 'Resolution rate, numerator: demands whose requester says it is resolved';
COMMENT ON COLUMN cases.counted_asked IS 'Satisfaction rate, denominator: those reached who said how satisfied they are; of months before 2026-11 all reached';
COMMENT ON COLUMN cases.counted_satisfied IS 'Satisfaction rate, numerator: demands whose requester is satisfied (4 or 5)';
COMMENT ON COLUMN cases.events IS 'Events of all services about it';
COMMENT ON COLUMN cases.last_occurred_at IS 'When the last thing happened';
COMMENT ON COLUMN cases.last_recorded_at IS 'When the last event was written';
COMMENT ON COLUMN cases.search_text IS 'Number, title, description and location, in half width and small letters: what words are looked for in';
COMMENT ON COLUMN cases.written_by IS 'Transaction that wrote the row last: tells a list read in pages what has changed since the first of them';

DROP VIEW IF EXISTS work_orders;
CREATE VIEW work_orders AS
  SELECT w.case_id, w.work_order_id, w.department, w.role, w.round, w.cause, w.status, w.issued_at, w.signed_at,
         w.progressed_at, w.last_note, w.completed_at, w.result, w.without_assistants, w.returned_at, w.return_reason,
         w.suggested_department, w.cancelled_at, w.cancel_reason, due.due_at AS due_at,
         coalesce(due.due_at < now(), false) AS overdue
    FROM work_orders_vN w
    LEFT JOIN LATERAL (
      SELECT min(c.due_at) AS due_at FROM clocks_vN c
       WHERE w.status IN ('dispatched', 'signed', 'in-progress') AND c.case_id = w.case_id AND c.stopped_at IS NULL AND c.cancelled_at IS NULL
         AND c.kind <> 'return-window' AND (c.work_order_id = w.work_order_id
              OR (c.work_order_id IS NULL AND w.role = 'lead' AND c.kind IN ('lead', 'rework') AND c.round = w.round))
    ) due ON true;
COMMENT ON VIEW work_orders IS 'One row per work order: one department''s piece of a case';
COMMENT ON COLUMN work_orders.case_id IS 'Id of the case';
COMMENT ON COLUMN work_orders.work_order_id IS 'Id of the work order';
COMMENT ON COLUMN work_orders.department IS 'Code of the department it is for';
COMMENT ON COLUMN work_orders.role IS 'lead or assist';
COMMENT ON COLUMN work_orders.round IS 'Round of handling: 1 for the first, one more for each rework';
COMMENT ON COLUMN work_orders.cause IS 'dispatch or rework';
COMMENT ON COLUMN work_orders.status IS 'dispatched, signed, in-progress, completed, returned or cancelled';
COMMENT ON COLUMN work_orders.issued_at IS 'When it was issued';
COMMENT ON COLUMN work_orders.signed_at IS 'When the department took it';
COMMENT ON COLUMN work_orders.progressed_at IS 'Last report of progress';
COMMENT ON COLUMN work_orders.last_note IS 'Last note of the department, personal data masked';
COMMENT ON COLUMN work_orders.completed_at IS 'When it was done; of the lead this is the answer';
COMMENT ON COLUMN work_orders.result IS 'The result, personal data masked';
COMMENT ON COLUMN work_orders.without_assistants IS 'Recorded reason of a lead that answered while an assistant was open';
COMMENT ON COLUMN work_orders.returned_at IS 'When it was returned as not theirs';
COMMENT ON COLUMN work_orders.return_reason IS 'Reason for the return';
COMMENT ON COLUMN work_orders.suggested_department IS 'Whose it is in the department''s view';
COMMENT ON COLUMN work_orders.cancelled_at IS 'When it was cancelled';
COMMENT ON COLUMN work_orders.cancel_reason IS 'case-ended, re-dispatched, answered-without, transferred (the lead, by agreement) or released (an assistant)';
COMMENT ON COLUMN work_orders.due_at IS 'Soonest due time of the open clocks that wait for it: its own, and for a lead the case''s lead or rework clock; null when nothing waits';
COMMENT ON COLUMN work_orders.overdue IS 'Past due at the time of the query and still open';

DROP VIEW IF EXISTS clocks;
CREATE VIEW clocks AS
  SELECT case_id, clock_id, kind, round, milestone, work_order_id, department, owed_by, status, started_at, due_at, provisional, held_until,
         warned_at, stopped_at, breached_at, cancelled_at, derivation, stopped_at IS NULL AND cancelled_at IS NULL AS open,
         coalesce(stopped_at IS NULL AND cancelled_at IS NULL AND due_at < now() AND kind <> 'return-window', false) AS overdue
    FROM clocks_vN;
COMMENT ON VIEW clocks IS 'One row per clock of a case';
COMMENT ON COLUMN clocks.case_id IS 'Id of the case';
COMMENT ON COLUMN clocks.clock_id IS 'Id of the clock';
COMMENT ON COLUMN clocks.kind IS 'contact, sign, return-window, lead, assist, milestone, call-back or rework';
COMMENT ON COLUMN clocks.round IS 'Round of handling it belongs to';
COMMENT ON COLUMN clocks.milestone IS 'Name of the milestone; null of other kinds';
COMMENT ON COLUMN clocks.work_order_id IS 'The work order it waits for, where it is one''s';
COMMENT ON COLUMN clocks.department IS 'The department it waits for, where the clock names one';
COMMENT ON COLUMN clocks.owed_by IS 'The department that is to stop it: its own, else the lead of the case; null of a contact, call-back or return-window clock, and once it is over';
COMMENT ON COLUMN clocks.status IS 'running, held, met, breached, cancelled or lapsed; breached means past due, stopped since or not; lapsed that the window for returning has closed';
COMMENT ON COLUMN clocks.started_at IS 'When counting started';
COMMENT ON COLUMN clocks.due_at IS 'When it is due';
COMMENT ON COLUMN clocks.provisional IS 'True when a year on the way has no published holidays yet';
COMMENT ON COLUMN clocks.held_until IS 'Review of the hold it stands still for; null when it runs or is over';
COMMENT ON COLUMN clocks.warned_at IS 'Last warning that it comes near its due time';
COMMENT ON COLUMN clocks.stopped_at IS 'When what it waits for happened, in time or late; of a window when it closed';
COMMENT ON COLUMN clocks.breached_at IS 'The due time it passed; null when it did not, or was corrected';
COMMENT ON COLUMN clocks.cancelled_at IS 'When it was cancelled because the case or the work order ended otherwise';
COMMENT ON COLUMN clocks.derivation IS 'How the due time came about: policy row, calendar version, start, limit';
COMMENT ON COLUMN clocks.open IS 'Still waiting';
COMMENT ON COLUMN clocks.overdue IS 'Past due at the time of the query and still open';

DROP VIEW IF EXISTS call_backs;
CREATE VIEW call_backs AS
  SELECT case_id, call_back_id, demand_case_id, round, status, lead, work_order_id, answered_at, opened_at, recorded_at, cancelled_at,
         reached, resolved, satisfaction, comment, unit_at_fault, decision, reworks
    FROM call_backs_vN;
COMMENT ON VIEW call_backs IS 'One row per call-back';
COMMENT ON COLUMN call_backs.case_id IS 'Id of the case';
COMMENT ON COLUMN call_backs.call_back_id IS 'Id of the call-back';
COMMENT ON COLUMN call_backs.demand_case_id IS 'The case in which the demand was registered, of one that joined; null for the own of the case';
COMMENT ON COLUMN call_backs.round IS 'Round of handling it asks about';
COMMENT ON COLUMN call_backs.status IS 'due, done or cancelled';
COMMENT ON COLUMN call_backs.lead IS 'The department that answered';
COMMENT ON COLUMN call_backs.work_order_id IS 'The work order that answered';
COMMENT ON COLUMN call_backs.answered_at IS 'The answer it asks about';
COMMENT ON COLUMN call_backs.opened_at IS 'When it became due';
COMMENT ON COLUMN call_backs.recorded_at IS 'When its outcome was recorded';
COMMENT ON COLUMN call_backs.cancelled_at IS 'When it was cancelled because the case ended otherwise';
COMMENT ON COLUMN call_backs.reached IS 'The requester was reached';
COMMENT ON COLUMN call_backs.resolved IS 'The requester says it is resolved';
COMMENT ON COLUMN call_backs.satisfaction IS '1 very dissatisfied to 5 very satisfied';
COMMENT ON COLUMN call_backs.comment IS 'What the requester said, personal data masked';
COMMENT ON COLUMN call_backs.unit_at_fault IS 'Unsatisfied through the fault of the unit';
COMMENT ON COLUMN call_backs.decision IS 'close or rework';
COMMENT ON COLUMN call_backs.reworks IS 'Reworks of the case so far, this one included';

DROP VIEW IF EXISTS timeline;
CREATE VIEW timeline AS
  SELECT case_id, source, stream_version, event_id, type, occurred_at, recorded_at, correlation_id, causation_id, actor, data
    FROM timeline_vN;
COMMENT ON VIEW timeline IS 'One row per event about a case; read it ordered by occurred_at, recorded_at, source, stream_version';
COMMENT ON COLUMN timeline.case_id IS 'Id of the case';
COMMENT ON COLUMN timeline.source IS 'Service that wrote it: intake, dispatch, sla or satisfaction';
COMMENT ON COLUMN timeline.stream_version IS 'Position among that service''s events about the case, from 1 without gaps';
COMMENT ON COLUMN timeline.event_id IS 'Id of the event';
COMMENT ON COLUMN timeline.type IS 'Type with version, e.g. lianban.case.registered.v1';
COMMENT ON COLUMN timeline.occurred_at IS 'When it happened';
COMMENT ON COLUMN timeline.recorded_at IS 'When it was written';
COMMENT ON COLUMN timeline.correlation_id IS 'One id for all that follows from one command';
COMMENT ON COLUMN timeline.causation_id IS 'The event that caused it; for a command the correlation id';
COMMENT ON COLUMN timeline.actor IS 'Who did it: account, role, department, territory';
COMMENT ON COLUMN timeline.data IS 'What happened; the shape is that of the type''s JSON Schema';

DROP VIEW IF EXISTS rate_sums;
CREATE VIEW rate_sums AS
  SELECT dimension, day, key, sum(cases)::int AS cases, sum(demands)::int AS demands, sum(in_scope)::int AS in_scope, sum(contacted_in_time)::int AS contacted_in_time,
         sum(counted_reached)::int AS counted_reached, sum(counted_resolved)::int AS counted_resolved, sum(counted_asked)::int AS counted_asked, sum(counted_satisfied)::int AS counted_satisfied
    FROM rate_sums_vN GROUP BY dimension, day, key HAVING sum(cases) > 0 OR sum(in_scope) > 0;
COMMENT ON VIEW rate_sums IS 'The sums behind the three rates, by day of registration: quick where summing the cases of a long period is slow';
COMMENT ON COLUMN rate_sums.dimension IS 'all, department, territory, category, kind (of demand) or green-channel: sum one of them at a time';
COMMENT ON COLUMN rate_sums.day IS 'Day of registration in China time';
COMMENT ON COLUMN rate_sums.key IS 'Code of the responsible department, the territory, the category or the kind of demand; true or false for the green channel; `all` in the dimension all';
COMMENT ON COLUMN rate_sums.cases IS 'Cases registered that day; one that is merged into another is none, though its first contact counts';
COMMENT ON COLUMN rate_sums.demands IS 'Demands these cases answer';
COMMENT ON COLUMN rate_sums.in_scope IS 'Response rate, denominator';
COMMENT ON COLUMN rate_sums.contacted_in_time IS 'Response rate, numerator';
COMMENT ON COLUMN rate_sums.counted_reached IS 'Resolution rate, denominator';
COMMENT ON COLUMN rate_sums.counted_resolved IS 'Resolution rate, numerator';
COMMENT ON COLUMN rate_sums.counted_asked IS 'Satisfaction rate, denominator';
COMMENT ON COLUMN rate_sums.counted_satisfied IS 'Satisfaction rate, numerator';

GRANT SELECT ON cases, work_orders, clocks, call_backs, timeline, rate_sums TO analyst;
