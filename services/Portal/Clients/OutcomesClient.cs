using System.Text.Json;
using Mediation.Contracts.Http.Outcomes;

namespace Mediation.Portal.Clients;

/// <summary>Outcomes: the money of each claim item, its evidence, countersignature and totals.</summary>
public sealed class OutcomesClient(HttpClient http, Texts texts) : ServiceClient(http, texts)
{
    public Task<Answer<Worklist>> Worklist(string query) => Get<Worklist>($"worklist{query}");

    public Task<Answer<DisputeLines>> Lines(Guid disputeId) => Get<DisputeLines>($"disputes/{disputeId}/lines");

    public Task<Answer<LineView>> Line(Guid lineId) => Get<LineView>($"lines/{lineId}");

    public Task<Answer<Done>> GiveBack(Guid lineId, RecordGivenBack request, Head head) =>
        Post<Done>($"lines/{lineId}/given-back", request, head);

    public Task<Answer<Done>> EnterPayment(
        Guid disputeId,
        EnterPayment payment,
        IFormFile receipt,
        IFormFile? debtPaper,
        Head head
    ) => Post<Done>($"disputes/{disputeId}/payments", Parts(payment, receipt, debtPaper), head);

    public Task<Answer<Done>> Resubmit(
        Guid paymentId,
        ResubmitPayment payment,
        IFormFile? receipt,
        IFormFile? debtPaper,
        Head head
    ) => Post<Done>($"payments/{paymentId}/resubmit", Parts(payment, receipt, debtPaper), head);

    public Task<Answer<PaymentView>> Payment(Guid id) => Get<PaymentView>($"payments/{id}");

    public Task<Answer<Done>> Countersign(Guid id, Head head) => Post<Done>($"payments/{id}/countersign", null, head);

    public Task<Answer<Done>> Return(Guid id, ReturnPayment request, Head head) =>
        Post<Done>($"payments/{id}/return", request, head);

    public Task<Answer<Done>> Reverse(Guid id, ReversePayment request, Head head) =>
        Post<Done>($"payments/{id}/reverse", request, head);

    public Task<Answer<FileAnswer>> Receipt(Guid paymentId) => Download($"payments/{paymentId}/receipt");

    public Task<Answer<FileAnswer>> DebtPaper(Guid paymentId) => Download($"payments/{paymentId}/debt-paper");

    public Task<Answer<Page<PaymentListItem>>> Payments(string query) => Get<Page<PaymentListItem>>($"payments{query}");

    public Task<Answer<Page<PaymentListItem>>> Queue(string query) =>
        Get<Page<PaymentListItem>>($"payments/queue{query}");

    public Task<Answer<FileAnswer>> PaymentSheet(string query) => Download($"payments/export{query}");

    public Task<Answer<TotalsView>> Totals(string query) => Get<TotalsView>($"totals{query}");

    public Task<Answer<FileAnswer>> TotalsSheet(string query) => Download($"totals/export{query}");

    public Task<Answer<FigureLines>> FigureLines(string query) => Get<FigureLines>($"totals/lines{query}");

    public Task<Answer<FileAnswer>> FigureSheet(string query) => Download($"totals/lines/export{query}");

    private static MultipartFormDataContent Parts(object payment, IFormFile? receipt, IFormFile? debtPaper)
    {
        var parts = new MultipartFormDataContent
        {
            { JsonContent.Create(payment, payment.GetType(), options: new JsonSerializerOptions(Json)), "payment" },
        };
        Add(receipt, "receipt");
        Add(debtPaper, "debtPaper");
        return parts;

        void Add(IFormFile? file, string name)
        {
            if (file is not null)
                parts.Add(Part(file), name, file.FileName);
        }
    }
}
