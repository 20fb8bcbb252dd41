using Mediation.Contracts.Http.Disputes;

namespace Mediation.Portal.Pages.Cases;

/// <summary>The forms of the case page and the commands they become.</summary>
internal static class CaseForms
{
    private static readonly Dictionary<string, (string Field, bool Required)[]> Forms = new(StringComparer.Ordinal)
    {
        ["appointMediator"] = [],
        ["raiseRecusal"] = [],
        ["decideRecusal"] = [],
        ["scheduleSession"] = [],
        ["cancelSession"] = [],
        ["holdSession"] = [("signedMinutes", false)],
        ["makeOffer"] = [],
        ["answerOffer"] = [],
        ["draftAgreement"] = [],
        ["recordSignature"] = [("evidence", true)],
        ["issuePaper"] = [],
        ["settleOnSpot"] = [("proof", true)],
        ["failMediation"] = [("signedOpinion", false)],
        ["withdrawClaims"] = [],
        ["recordPerformance"] = [("evidence", true)],
        ["closeDispute"] = [],
    };

    public static bool Exists(string name) => Forms.ContainsKey(name);

    public static IEnumerable<(string Field, bool Required)> FilesOf(string name) => Forms[name];

    /// <summary>The path of the command below its case, and the command.</summary>
    /// <param name="files">Content ids of the files sent with the form, by field.</param>
    public static (string Path, object Body) Read(string name, Submission form, Dictionary<string, Guid> files)
    {
        return name switch
        {
            "appointMediator" => (
                "mediator",
                new AppointMediator(
                    form.RequiredId("mediator"),
                    form.RequiredDay("on"),
                    form.Choice<MediatorChangeReason>("reason")
                )
            ),
            "raiseRecusal" => (
                "recusals",
                new RaiseRecusal(
                    form.RequiredChoice<RecusalSource>("source"),
                    form.Id("partyId"),
                    form.RequiredChoice<RecusalGround>("ground"),
                    form.RequiredDay("on"),
                    form.Optional("statement")
                )
            ),
            "decideRecusal" => (
                $"recusals/{form.RequiredId("recusal")}/decision",
                new DecideRecusal(form.First("accepted") is "true", form.RequiredDay("on"))
            ),
            "scheduleSession" => (
                "sessions",
                new ScheduleSession(
                    form.RequiredInstant("startsAt"),
                    form.RequiredChoice<SessionMode>("mode"),
                    form.Optional("place")
                )
            ),
            "cancelSession" => (
                $"sessions/{form.RequiredId("session")}/cancellation",
                new CancelSession(form.RequiredChoice<SessionCancelReason>("reason"))
            ),
            "holdSession" => (
                $"sessions/{form.Id("session") ?? form.NewId}/minutes",
                new HoldSession(
                    form.RequiredDay("heldOn"),
                    form.RequiredChoice<SessionMode>("mode"),
                    [
                        .. form.All("attended")
                            .Select(p => Guid.TryParse(p, out var id) ? id : (Guid?)null)
                            .OfType<Guid>()
                            .Select(p => new Attendee(
                                p,
                                form.Choice<AttendeeCapacity>($"capacity.{p}") ?? AttendeeCapacity.Self
                            )),
                    ],
                    form.Flag("rightsNotified"),
                    form.Flag("recusalAsked"),
                    form.Required("minutes"),
                    form.Optional("undisputedFacts"),
                    File("signedMinutes")
                )
            ),
            "makeOffer" => (
                "offers",
                new MakeOffer(
                    form.RequiredChoice<OfferSide>("side"),
                    form.Id("workerClaimId"),
                    form.Id("itemId"),
                    form.RequiredFen("amount"),
                    form.RequiredDay("on"),
                    form.Optional("statement")
                )
            ),
            "answerOffer" => (
                $"offers/{form.RequiredId("offer")}/answer",
                new AnswerOffer(form.RequiredChoice<OfferAnswer>("answer"), form.RequiredDay("on"))
            ),
            "draftAgreement" => ("agreements", ReadDraft(form)),
            "recordSignature" => (
                $"agreements/{form.RequiredId("agreement")}/signatures",
                new RecordSignature(
                    ReadSignatory(form),
                    form.RequiredDay("on"),
                    form.RequiredChoice<SignatureMode>("mode"),
                    File("evidence") ?? default
                )
            ),
            "issuePaper" => (
                $"agreements/{form.RequiredId("agreement")}/paper",
                new IssuePaper(form.Number("originals") ?? 3)
            ),
            "settleOnSpot" => (
                $"workers/{form.RequiredId("worker")}/settlement",
                new SettleOnSpot(
                    form.RequiredDay("on"),
                    form.RequiredId("session"),
                    ReadSettled(form),
                    File("proof") ?? default
                )
            ),
            "failMediation" => (
                "failure",
                new FailMediation(
                    form.RequiredChoice<FailureReason>("reason"),
                    form.RequiredDay("on"),
                    form.Required("opinion"),
                    form.Flag("rightTold"),
                    Workers(form),
                    File("signedOpinion")
                )
            ),
            "withdrawClaims" => (
                "withdrawal",
                new WithdrawClaims(
                    form.RequiredChoice<Mediation.Contracts.Http.Disputes.WithdrawalReason>("reason"),
                    form.RequiredDay("on"),
                    Workers(form)
                )
            ),
            "recordPerformance" => (
                ReadPerformed(form),
                new RecordPerformance(form.RequiredDay("on"), File("evidence") ?? default)
            ),
            _ => ("closure", new CloseDispute(form.RequiredDay("on"), ReadUnperformed(form))),
        };

        Guid? File(string field) => files.TryGetValue(field, out var id) ? id : null;
    }

    private static List<Guid>? Workers(Submission form) =>
        form.All("workers").Select(w => Guid.TryParse(w, out var id) ? id : (Guid?)null).OfType<Guid>().ToList()
            is { Count: > 0 } workers
            ? workers
            : null;

    private static Signatory ReadSignatory(Submission form)
    {
        var parts = form.Required("signatory").Split('|');
        if (Codes.Parse<SignatoryKind>(parts[0]) is { } kind)
            return new(kind, parts.Length > 1 && Guid.TryParse(parts[1], out var party) ? party : null);
        form.Wrong("signatory", "field.choose");
        return new(default);
    }

    private static List<SettledItem> ReadSettled(Submission form)
    {
        var items = new List<SettledItem>();
        foreach (var field in form.Values.Keys.Where(k => k.StartsWith("settled.", StringComparison.Ordinal)).ToList())
            if (form.Fen(field) is { } fen && Guid.TryParse(field["settled.".Length..], out var item))
                items.Add(new(item, fen));
        if (items.Count == 0)
            form.Wrong(string.Empty, "agreement.noAmount");
        return items;
    }

    private static string ReadPerformed(Submission form)
    {
        var parts = form.Required("item").Split('|');
        if (parts.Length == 2 && Guid.TryParse(parts[0], out var worker) && Guid.TryParse(parts[1], out var item))
            return $"workers/{worker}/items/{item}/performance";
        form.Wrong("item", "field.choose");
        return "workers";
    }

    private static List<UnperformedWorker>? ReadUnperformed(Submission form)
    {
        var list = new List<UnperformedWorker>();
        foreach (
            var field in form.Values.Keys.Where(k => k.StartsWith("unperformed.", StringComparison.Ordinal)).ToList()
        )
            if (
                form.Choice<UnperformedReason>(field) is { } reason
                && Guid.TryParse(field["unperformed.".Length..], out var worker)
            )
                list.Add(new(worker, reason));
        return list.Count > 0 ? list : null;
    }

    private static DraftAgreement ReadDraft(Submission form)
    {
        var on = form.RequiredDay("on");
        var manner = form.RequiredChoice<PaymentManner>("manner");
        var workers = new List<WorkerTerms>();
        foreach (var worker in form.All("worker").Distinct(StringComparer.Ordinal))
        {
            if (!Guid.TryParse(worker, out var claim))
                continue;
            var items = new List<ItemTerms>();
            foreach (var item in form.All($"items.{worker}"))
                if (Guid.TryParse(item, out var id) && ReadItem(form, id, $"item.{item}") is { } terms)
                    items.Add(terms);
            if (items.Count > 0)
                workers.Add(new(claim, items));
        }
        if (workers.Count == 0)
            form.Wrong(string.Empty, "agreement.noAmount");
        return new DraftAgreement(on, manner, workers, form.Optional("freeTerms"));
    }

    /// <summary>What was agreed on one item; null where nothing was.</summary>
    private static ItemTerms? ReadItem(Submission form, Guid id, string at)
    {
        if (form.Flag($"{at}.noAmount"))
            return form.Day($"{at}.doneBy") is { } doneBy
                ? new(id, null, 0, TaxBasis.Net, Payee.Worker, [], doneBy, DefaultClause.None, 0, Waiver.None)
                : null;
        var lines = Instalments(form, $"{at}.instalments");
        var amount = form.Fen($"{at}.amount");
        if (amount is null && lines.Count == 0)
            return null;
        if (lines.Count == 0)
        {
            if (form.Day($"{at}.dueOn") is not { } due)
            {
                form.Wrong($"{at}.dueOn", "field.required");
                return null;
            }
            lines = [new(amount ?? 0, due)];
        }
        return new(
            id,
            Codes.Parse<ClaimItemType>(form.First($"{at}.added")),
            amount ?? lines.Sum(l => l.AmountFen),
            form.Choice<TaxBasis>($"{at}.tax") ?? TaxBasis.Gross,
            form.Choice<Payee>($"{at}.payee") ?? Payee.Worker,
            lines,
            null,
            form.Choice<DefaultClause>($"{at}.default") ?? DefaultClause.None,
            form.Fen($"{at}.penalty") ?? 0,
            form.Choice<Waiver>($"{at}.waiver") ?? Waiver.None
        );
    }

    // One instalment a line, day and amount, as they are pasted from a table.
    private static List<InstalmentTerms> Instalments(Submission form, string field)
    {
        var list = new List<InstalmentTerms>();
        var number = 0;
        foreach (
            var line in form.First(field)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        )
        {
            number++;
            var parts = line.Split([' ', '\t', ';', '；'], StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 2 && Written.ParseDay(parts[0]) is { } day && Written.ParseYuan(parts[1]) is { } fen)
                list.Add(new(fen, day));
            else
                form.Wrong(field, "agreement.instalmentLine", number);
        }
        return list;
    }
}
