using FluentValidation;
using Mediation.Contracts.Http.Disputes;
using Mediation.Disputes.Domain;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Mvc;
using RecordSignature = Mediation.Contracts.Http.Disputes.RecordSignature;
using SignatureMode = Mediation.Disputes.Domain.SignatureMode;

namespace Mediation.Disputes.Service;

/// <summary>Signatures and seals with their evidence. The last of the four kinds puts the agreement in force.</summary>
internal static class Signing
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/disputes/{id:guid}/agreements/{agreementId:guid}/signatures", Sign)
            .Validate<RecordSignature>()
            .RequireRole(CaseAccess.Workers);

    private static async Task<IResult> Sign(
        Guid id,
        Guid agreementId,
        [FromBody] RecordSignature body,
        Desk desk,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Work(id, ct);
        var evidence = (await desk.Caseworker.Find(id, body.Evidence, ct))!;
        var mode = body.Mode.As<SignatureMode>();
        Act command =
            body.Signatory.Kind is SignatoryKind.Worker
                ? new RecordWorkerSignature(
                    agreementId,
                    await Claim(desk, id, body.Signatory.PartyId, ct),
                    mode,
                    evidence,
                    by,
                    body.On,
                    desk.Today
                )
                : new RecordCommonSignature(
                    agreementId,
                    body.Signatory.Kind.As<CommonSignatory>(),
                    body.Signatory.PartyId,
                    mode,
                    evidence,
                    by,
                    body.On,
                    desk.Today
                );
        return await desk.Do(response, id, command, ct, agreementId, files: [evidence]);
    }

    private static async Task<Guid> Claim(Desk desk, Guid dispute, Guid? party, CancellationToken ct) =>
        (await desk.Caseworker.Load(dispute, ct)).State is Dispute.Opened opened
        && opened.Matter.Members.FirstOrDefault(m => m.Value.PartyId == party) is { Value: not null } member
            ? member.Key
            : throw new Refused(DisputeRefusals.NotAParty);

    internal sealed class Validator : AbstractValidator<RecordSignature>
    {
        public Validator()
        {
            RuleFor(b => b.Signatory).NotNull().WithErrorCode("required");
            RuleFor(b => b.Signatory.Kind).Word().When(b => b.Signatory is not null);
            RuleFor(b => b.On).Day();
            RuleFor(b => b.Mode).Word();
            RuleFor(b => b.Evidence).Needed();
        }
    }
}
