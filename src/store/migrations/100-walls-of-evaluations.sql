-- What kept the flow apart that an evaluation ran; null: none was run, and of those before.
alter table evaluations add column walls text;
