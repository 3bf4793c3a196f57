-- What the server signed when somebody overrode a gate: canonical JSON with the signature. Null of all else that
-- people decide, and of what was overridden before: that counts no more.
alter table change_decisions add column record text;
-- On whose word, where the gate could not tell.
alter table deployment_requests add column override_record text;
