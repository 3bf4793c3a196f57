-- Under which keys stands what a gate asks of models, from before it asks; so it is found also when it ends without a
-- verdict. Null: it asked nothing, and of those before.
alter table gates add column asked text;
alter table gate_audits add column asked text;
-- Characters of a call, for reading so many at a time; 0: it was not kept.
alter table gate_calls add column size bigint not null default 0;
