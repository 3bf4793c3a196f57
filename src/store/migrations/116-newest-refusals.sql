-- Why the forge did not merge a change when that was last tried, as the key of the event that tells it, and when: it is
-- tried every few minutes, and each reason is told once. Null: never, or before this was kept; then it is tried at once.
alter table changes add column refused_as text;
alter table changes add column refused_at bigint;
