-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "value" TEXT NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "list" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "contact" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "email" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "name" TEXT,
    "attributes" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "domain_site" (
    "domain" TEXT NOT NULL PRIMARY KEY,
    "site" TEXT NOT NULL,
    "resolvedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "list_member" (
    "listId" INTEGER NOT NULL,
    "contactId" INTEGER NOT NULL,
    "addedAt" DATETIME NOT NULL,

    PRIMARY KEY ("listId", "contactId"),
    CONSTRAINT "list_member_listId_fkey" FOREIGN KEY ("listId") REFERENCES "list" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "list_member_contactId_fkey" FOREIGN KEY ("contactId") REFERENCES "contact" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "suppression" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "subject" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "campaignId" INTEGER,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "campaign" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "stateReason" TEXT,
    "identity" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "folder" TEXT NOT NULL,
    "frozen" TEXT,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "scheduledAt" DATETIME,
    "zone" TEXT,
    "createdAt" DATETIME NOT NULL,
    "startedAt" DATETIME,
    "finishedAt" DATETIME,
    "expandedAt" DATETIME,
    "expandedTo" INTEGER NOT NULL DEFAULT 0
);

-- CreateTable
CREATE TABLE "campaign_list" (
    "campaignId" INTEGER NOT NULL,
    "listId" INTEGER NOT NULL,

    PRIMARY KEY ("campaignId", "listId"),
    CONSTRAINT "campaign_list_campaignId_fkey" FOREIGN KEY ("campaignId") REFERENCES "campaign" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "campaignId" INTEGER NOT NULL,
    "contactId" INTEGER NOT NULL,
    "email" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "site" TEXT,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "dueAt" DATETIME NOT NULL,
    "queuedAt" DATETIME NOT NULL,
    "claimedBy" TEXT,
    "claimedAt" DATETIME,
    "settledAt" DATETIME,
    "lastClass" TEXT,
    "lastText" TEXT
);

-- CreateTable
CREATE TABLE "response" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" DATETIME NOT NULL,
    "deliveryId" INTEGER NOT NULL,
    "campaignId" INTEGER NOT NULL,
    "email" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "site" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "mxHost" TEXT NOT NULL,
    "mxAddress" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "stage" TEXT NOT NULL,
    "code" INTEGER NOT NULL,
    "enhanced" TEXT,
    "text" TEXT NOT NULL,
    "class" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "tlsVersion" TEXT,
    "tlsCipher" TEXT,
    "tlsVerified" BOOLEAN,
    "durationMs" INTEGER NOT NULL,
    "bytes" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "host_memory" (
    "host" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "sizeLimit" INTEGER,
    "tlsBrokenUntil" DATETIME,
    "tlsBrokenWhy" TEXT,
    "tlsRequired" BOOLEAN NOT NULL DEFAULT false,
    "updatedAt" DATETIME NOT NULL,

    PRIMARY KEY ("host", "address")
);

-- CreateTable
CREATE TABLE "lane_state" (
    "lane" TEXT NOT NULL PRIMARY KEY,
    "state" TEXT NOT NULL,
    "savedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "hold" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "class" TEXT,
    "until" DATETIME,
    "createdAt" DATETIME NOT NULL,
    "releasedAt" DATETIME,
    "releasedBy" TEXT
);

-- CreateTable
CREATE TABLE "runner" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "pid" INTEGER NOT NULL,
    "host" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "startedAt" DATETIME NOT NULL,
    "seenAt" DATETIME NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "list_name_key" ON "list"("name");

-- CreateIndex
CREATE UNIQUE INDEX "contact_email_key" ON "contact"("email");

-- CreateIndex
CREATE INDEX "contact_domain_idx" ON "contact"("domain");

-- CreateIndex
CREATE INDEX "list_member_contactId_idx" ON "list_member"("contactId");

-- CreateIndex
CREATE UNIQUE INDEX "suppression_subject_key" ON "suppression"("subject");

-- CreateIndex
CREATE INDEX "campaign_state_idx" ON "campaign"("state");

-- CreateIndex
CREATE INDEX "delivery_campaignId_state_site_dueAt_id_idx" ON "delivery"("campaignId", "state", "site", "dueAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_contactId_campaignId_key" ON "delivery"("contactId", "campaignId");

-- CreateIndex
CREATE INDEX "response_campaignId_id_idx" ON "response"("campaignId", "id");

-- CreateIndex
CREATE INDEX "response_email_id_idx" ON "response"("email", "id");

-- CreateIndex
CREATE INDEX "response_site_id_idx" ON "response"("site", "id");

-- CreateIndex
CREATE INDEX "response_mxHost_id_idx" ON "response"("mxHost", "id");

-- CreateIndex
CREATE INDEX "response_class_id_idx" ON "response"("class", "id");

-- CreateIndex
CREATE INDEX "response_at_idx" ON "response"("at");

-- CreateIndex
CREATE INDEX "hold_releasedAt_kind_subject_idx" ON "hold"("releasedAt", "kind", "subject");


