-- Issues that an agent found in a part beyond what a part may have.
alter table review_parts add column left_out bigint;
