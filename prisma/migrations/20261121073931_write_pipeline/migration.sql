-- CreateTable
CREATE TABLE "field_owner" (
    "object_id" UUID NOT NULL,
    "manager" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "paths" TEXT[],

    CONSTRAINT "field_owner_pkey" PRIMARY KEY ("object_id","manager")
);

-- CreateTable
CREATE TABLE "client_request" (
    "principal" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "input" TEXT NOT NULL,
    "outcome" JSONB NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "client_request_pkey" PRIMARY KEY ("principal","request_id")
);

-- CreateTable
CREATE TABLE "held_name" (
    "kind" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "free_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "held_name_pkey" PRIMARY KEY ("kind","path","value")
);

-- CreateIndex
CREATE INDEX "client_request_at_idx" ON "client_request"("at");
