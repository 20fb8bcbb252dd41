using System.Text.Json;
using Mediation.Content;
using Mediation.Contracts;
using Mediation.Disputes.Domain;

namespace Mediation.Disputes.Service;

/// <summary>The domain and the published language say the same words in types of their own, because a domain references
/// nothing. They are translated by name; a test holds every pair of enums together.</summary>
internal static class Words
{
    /// <exception cref="Hosting.Problem">400: a number was sent where a word is expected.</exception>
    public static TTo As<TTo>(this Enum from)
        where TTo : struct, Enum =>
        Enum.TryParse<TTo>(from.ToString(), out var to) && Enum.IsDefined(to)
            ? to
            : throw new Hosting.Problem(400, "malformed_request");

    /// <summary>A word as the published language writes it in strings.</summary>
    public static string Code(this Enum word) => JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString());

    public static ContentRef Reference(this StoredContent content) =>
        new(content.ContentId, content.Sha256, content.Size, content.MediaType);

    public static ContentReference Published(this ContentRef content) =>
        new(content.ContentId, content.Sha256, content.Size, content.MediaType);
}
