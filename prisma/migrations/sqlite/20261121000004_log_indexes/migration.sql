-- A domain or a stage that is rare (or mistyped) had the whole log read: 2 to 5 s for 10,000,000 rows.
-- CreateIndex
CREATE INDEX "response_domain_id_idx" ON "response"("domain", "id");

-- CreateIndex
CREATE INDEX "response_stage_id_idx" ON "response"("stage", "id");
