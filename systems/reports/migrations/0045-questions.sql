-- Answered questions that the public reads: the newest are compared with what somebody is about to ask.
create index reports_questions on reports (answered_at desc, case_id desc)
  where family = 'question' and published_at is not null and answered_at is not null;
