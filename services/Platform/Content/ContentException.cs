using Microsoft.AspNetCore.Http;

namespace Mediation.Content;

/// <summary>Why content could not be taken or given. The code is stable and has a text in every language
/// (<c>Texts.resx</c>); the arguments fill that text and never hold a file name or anything else a person typed.</summary>
public sealed class ContentException(string code, params IReadOnlyList<object> arguments)
    : Exception($"{code} [{string.Join(", ", arguments)}]")
{
    public string Code { get; } = code;

    /// <summary>The HTTP status that fits.</summary>
    public int Status =>
        Code switch
        {
            ContentErrors.TooLarge => StatusCodes.Status413PayloadTooLarge,
            ContentErrors.Empty => StatusCodes.Status400BadRequest,
            ContentErrors.TypeNotAllowed
            or ContentErrors.TypeDisguised
            or ContentErrors.MacrosRefused
            or ContentErrors.ArchiveRefused => StatusCodes.Status415UnsupportedMediaType,
            ContentErrors.IdTaken => StatusCodes.Status409Conflict,
            ContentErrors.NotFound => StatusCodes.Status404NotFound,
            ContentErrors.Erased => StatusCodes.Status410Gone,
            ContentErrors.SheetTooLong => StatusCodes.Status422UnprocessableEntity,
            _ => StatusCodes.Status500InternalServerError,
        };

    public IReadOnlyList<object> Arguments { get; } = arguments;
}

/// <summary>Codes of <see cref="ContentException"/>.</summary>
public static class ContentErrors
{
    /// <summary>Argument: the limit in bytes.</summary>
    public const string TooLarge = "content_too_large";

    /// <summary>Nothing was sent.</summary>
    public const string Empty = "content_empty";

    /// <summary>Argument: the media type found in the bytes, or <c>application/octet-stream</c>.</summary>
    public const string TypeNotAllowed = "content_type_not_allowed";

    /// <summary>The file's name says another type than its bytes; argument: the type found in the bytes.</summary>
    public const string TypeDisguised = "content_type_disguised";

    /// <summary>An office file that carries macros.</summary>
    public const string MacrosRefused = "content_macros_refused";

    /// <summary>An office file that would unpack to more than the limit; argument: the limit in bytes.</summary>
    public const string ArchiveRefused = "content_archive_refused";

    /// <summary>Another content already has this id.</summary>
    public const string IdTaken = "content_id_taken";

    /// <summary>No such content of this owner.</summary>
    public const string NotFound = "content_not_found";

    /// <summary>The owner's key was destroyed; argument: when (UTC).</summary>
    public const string Erased = "content_erased";

    /// <summary>Alert: what stands in the database is not what was written there, or the master key is
    /// another one.</summary>
    public const string Tampered = "content_tampered";

    /// <summary>A list is longer than a sheet can be; argument: the number of rows that fit.</summary>
    public const string SheetTooLong = "content_sheet_too_long";
}
