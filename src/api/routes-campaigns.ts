// Campaigns over HTTP: read, and started, paused, resumed, cancelled, retried. The actions are those of the command line.

import { z } from "zod";
import { cancelCampaign, pauseCampaign, resumeCampaign, retryCampaign, startCampaign } from "../campaign/actions.ts";
import { type Campaign, countDeliveries, getCampaign, listCampaigns } from "../campaign/campaign.store.ts";
import { campaignJson } from "../campaign/campaign-json.ts";
import { checkCampaign } from "../campaign/check.ts";
import { checkJson } from "../campaign/check-json.ts";
import { CAMPAIGN_STATES } from "../campaign/states.ts";
import { writtenWay } from "../campaign/way.file.ts";
import { fail } from "../errors.ts";
import { failuresBy } from "../log/query.store.ts";
import { viewJson, viewOf } from "./campaign-view.ts";
import type { ApiDeps } from "./deps.ts";
import { CAMPAIGN_ID, LIMIT, NOTHING, type Route, route } from "./route.ts";
import { CAMPAIGN, CAMPAIGN_DETAILS, FINDING } from "./shapes.ts";
import { CHECK } from "./shapes-check.ts";

const tag = "campaigns";

export const CAMPAIGN_ROUTES: readonly Route[] = [
	route({
		method: "get",
		path: "/campaigns",
		tag,
		summary: "Campaigns, the newest first (problems and eta are told for one campaign at a time)",
		params: NOTHING,
		input: z.object({ state: z.enum(CAMPAIGN_STATES).optional(), limit: LIMIT(1_000, 100) }),
		output: z.object({ campaigns: z.array(CAMPAIGN) }),
		async handle({ deps, input }) {
			const list = await listCampaigns(deps.db, {
				limit: input.limit,
				...(input.state === undefined ? {} : { states: [input.state] }),
			});
			const campaigns = [];
			for (const campaign of list) campaigns.push(await short(deps, campaign));
			return { campaigns };
		},
	}),
	route({
		method: "get",
		path: "/campaigns/:id",
		tag,
		summary: "One campaign: counts, progress by site, time left, problems",
		params: CAMPAIGN_ID,
		input: NOTHING,
		output: z.object({ campaign: CAMPAIGN_DETAILS }),
		async handle({ deps, params }) {
			return { campaign: viewJson(await viewOf(deps, await getCampaign(deps.db, params.id))) };
		},
	}),
	route({
		method: "get",
		path: "/campaigns/:id/failures",
		tag,
		summary: "What its deliveries failed of, wait for, or are in doubt about",
		params: CAMPAIGN_ID,
		input: z.object({
			by: z.enum(["site", "class", "mxHost", "rule"]).default("class"),
			which: z.enum(["failed", "deferred", "uncertain"]).default("failed"),
		}),
		output: z.object({
			failures: z.array(
				z.object({ key: z.string(), deliveries: z.number(), example: z.object({ to: z.string(), text: z.string() }) }),
			),
		}),
		async handle({ deps, params, input }) {
			const campaign = await getCampaign(deps.db, params.id);
			return { failures: await failuresBy(deps.db, campaign.id, input.by, input.which) };
		},
	}),
	route({
		method: "get",
		path: "/campaigns/:id/check",
		tag,
		summary:
			"What stands against sending it, the sizes of its largest message, and the time it will take by site; changes nothing",
		params: CAMPAIGN_ID,
		input: NOTHING,
		output: CHECK,
		async handle({ deps, params }) {
			const campaign = await getCampaign(deps.db, params.id);
			return checkJson(campaign, await checkCampaign(deps, campaign));
		},
	}),
	route({
		method: "post",
		path: "/campaigns/:id/start",
		tag,
		summary: "Check it, freeze its folder and start it; 409 with the findings when a check fails",
		params: CAMPAIGN_ID,
		input: NOTHING,
		output: z.object({ campaign: CAMPAIGN, findings: z.array(FINDING) }),
		async handle({ deps, params }) {
			const { started, check } = await startCampaign(deps, params.id);
			if (started === null) {
				const failed = check.findings.filter((finding) => finding.level === "fail");
				const { name } = await getCampaign(deps.db, params.id);
				return fail(
					"campaign-refused",
					{ id: params.id, name, count: failed.length },
					{ findings: failed.map(({ subject, what, fix }) => ({ where: subject, what, ...(fix === "" ? {} : { fix }) })) },
				);
			}
			deps.wake?.();
			return { campaign: await short(deps, started), findings: check.findings };
		},
	}),
	route({
		method: "post",
		path: "/campaigns/:id/pause",
		tag,
		summary: "Stop after what is being sent",
		params: CAMPAIGN_ID,
		input: z.object({ reason: z.string().max(200).optional() }),
		output: z.object({ campaign: CAMPAIGN }),
		async handle({ deps, params, input }) {
			const campaign = await pauseCampaign(deps, params.id, input.reason);
			deps.wake?.();
			return { campaign: await short(deps, campaign) };
		},
	}),
	route({
		method: "post",
		path: "/campaigns/:id/resume",
		tag,
		summary: "Go on after a pause",
		params: CAMPAIGN_ID,
		input: NOTHING,
		output: z.object({ campaign: CAMPAIGN }),
		async handle({ deps, params }) {
			const campaign = await resumeCampaign(deps, params.id);
			deps.wake?.();
			return { campaign: await short(deps, campaign) };
		},
	}),
	route({
		method: "post",
		path: "/campaigns/:id/cancel",
		tag,
		summary: "End it: what is queued is never sent",
		params: CAMPAIGN_ID,
		input: NOTHING,
		output: z.object({ campaign: CAMPAIGN, cancelled: z.number() }),
		async handle({ deps, params }) {
			const { campaign, cancelled } = await cancelCampaign(deps, params.id);
			deps.wake?.();
			return { campaign: await short(deps, campaign), cancelled };
		},
	}),
	route({
		method: "post",
		path: "/campaigns/:id/retry",
		tag,
		summary: "Send failed or uncertain deliveries again; uncertain ones may arrive twice",
		params: CAMPAIGN_ID,
		input: z.object({ what: z.enum(["failed", "uncertain"]) }),
		output: z.object({ campaign: CAMPAIGN, requeued: z.number() }),
		async handle({ deps, params, input }) {
			const { campaign, requeued } = await retryCampaign(deps, params.id, input.what);
			deps.wake?.();
			return { campaign: await short(deps, campaign), requeued };
		},
	}),
];

async function short(deps: ApiDeps, campaign: Campaign) {
	return campaignJson(campaign, await countDeliveries(deps.db, campaign.id), {
		way: await writtenWay(campaign),
		eta: null,
		problems: [],
	});
}
