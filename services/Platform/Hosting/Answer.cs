using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Mediation.Hosting;

/// <summary>Answers that carry a version as ETag, so that the next command can say on what the person decided.</summary>
public static class Answer
{
    /// <summary>200 with what the command did.</summary>
    /// <param name="body">Ids and numbers only: the answer of a command is stored for repetitions.</param>
    public static Ok<T> Done<T>(HttpResponse response, long version, T body)
    {
        Version(response, version);
        return TypedResults.Ok(body);
    }

    public static void Version(HttpResponse response, long version) =>
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}
