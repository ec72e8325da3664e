// Messages of running campaigns, reader by reader: each campaign is made ready once, when its first message is asked for.
import type { CompiledCampaign } from "../compose/compiled.ts";
import type { Composed, Exit } from "../deliver/engine.ts";
import type { ClaimedDelivery } from "../deliver/settlement.ts";
import { textOf, WellsentError } from "../errors.ts";
import { DIRECTLY, type Leaving, leavingThrough } from "../routing/leaving.ts";
import type { Campaign } from "./campaign.store.ts";
import { type Fit, fitOrNot } from "./fit.ts";
import { tellForbidden } from "./forbidden.ts";
import { prepareCampaign } from "./prepare.ts";

export interface CompositorPorts {
	/** `config` is asked each time: the settings may be read again. */
	readonly deps: Parameters<typeof prepareCampaign>[0];
	/** The campaign, if it is running. */
	readonly running: (id: number) => Campaign | undefined;
	/** It cannot send as it is: it is to be paused, for that reason. False: it did not run any more. */
	readonly pause: (id: number, reason: string) => Promise<boolean>;
}

export class Compositor {
	readonly #ports: CompositorPorts;
	/** By campaign, and by how it leaves: signed or not, with which return path. */
	readonly #ready = new Map<number, Map<string, Promise<CompiledCampaign | null>>>();

	constructor(ports: CompositorPorts) {
		this.#ports = ports;
	}

	/** It is made ready anew when it is asked for next; without a number, all are: the settings changed. */
	forget(campaign?: number): void {
		if (campaign === undefined) this.#ready.clear();
		else this.#ready.delete(campaign);
	}

	/** The message of a delivery, or why there is none. Never throws. */
	async compose(claimed: ClaimedDelivery, exit: Exit): Promise<Composed> {
		const campaign = await this.#compiled(claimed.campaign, exit.kind === "direct" ? DIRECTLY : leavingThrough(exit.gateway));
		if (campaign === null) return { kind: "withdrawn" };
		const { config, clock } = this.#ports.deps;
		const { contactId, id: deliveryId, email, name, attributes } = claimed;
		try {
			const message = await campaign.compose({ contactId, deliveryId, email, name, attributes }, { now: clock.now() });
			const fit = fitOrNot(message, config.limits);
			if (fit.kind === "ready") return fit;
			await this.#forbid(claimed, fit);
			return { kind: "withdrawn" };
		} catch (error) {
			if (error instanceof WellsentError && error.code === "reader-refused")
				return { kind: "unfit", class: "bad-format", rule: "reader-refused", why: error.what };
			// A key that stopped working concerns every reader: nothing may go out unsigned.
			await this.#ports.pause(claimed.campaign, textOf(error));
			return { kind: "withdrawn" };
		}
	}

	/**
	 * One message over a limit of ours stops the campaign (it is the newsletter that is too large, or a limit too low; not a reader who is to miss it).
	 * What is refused stays in the queue, and nothing counts against it.
	 */
	async #forbid({ campaign: id, email }: ClaimedDelivery, { limit, why }: Extract<Fit, { kind: "forbidden" }>): Promise<void> {
		const { deps, running, pause } = this.#ports;
		const campaign = running(id);
		if (!(await pause(id, `message to ${email}: ${why}`)) || campaign === undefined) return;
		await tellForbidden(deps, campaign, { email, limit, why });
	}

	/** Null: it does not send (any more), because it was paused meanwhile or cannot be made ready and is paused for it. */
	#compiled(id: number, leaving: Leaving): Promise<CompiledCampaign | null> {
		const ready = this.#ready.get(id) ?? new Map<string, Promise<CompiledCampaign | null>>();
		this.#ready.set(id, ready);
		const key = JSON.stringify(leaving);
		const kept = ready.get(key);
		if (kept !== undefined) return kept;
		const campaign = this.#ports.running(id);
		if (campaign === undefined) return Promise.resolve(null);
		const made = prepareCampaign(this.#ports.deps, campaign, { strict: false, leaving }).catch(async (error) => {
			await this.#ports.pause(id, textOf(error));
			if (ready.get(key) === made) ready.delete(key);
			return null;
		});
		ready.set(key, made);
		return made;
	}
}
