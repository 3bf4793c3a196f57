-- Whether a change was in the merge queue of the forge when that was last looked at: pages say so without asking it.
alter table changes add column is_queued smallint not null default 0 check (is_queued in (0, 1));
