using Mediation.Content;
using Mediation.EventStore;
using Mediation.Kit;

namespace Mediation.Architecture.Tests;

/// <summary>The libraries that every service stands on grow only where a reviewer sees it.</summary>
public sealed class PublicSurfaceTests
{
    [Theory]
    [InlineData(typeof(EventJournal), "eventstore")]
    [InlineData(typeof(ContentStore), "content")]
    public void The_public_surface_is_the_reviewed_one(Type inside, string name) =>
        PublicSurface.MustStandIn($"tests/Architecture.Tests/Snapshots/{name}.api.txt", inside.Assembly);

    [Fact]
    public void A_surface_shows_types_members_and_parameters_and_nothing_private()
    {
        var surface = PublicSurface.Of(typeof(PublicSurface).Assembly);
        surface.ShouldContain(
            "Mediation.Kit.PublicSurface\n    String Of(Assembly assembly)\n    Void MustStandIn(String file, Assembly assembly)\n"
        );
        surface.ShouldNotContain("IsSurface");
    }
}
