{{ config(materialized='handoff') }}

with

final as (

    {{
        attribute_rows(
            ref('int_tracked_profiles'),
            record="concat_ws('|', source || ':' || record_kind, app_user_id, anonymous_id, unionid, phone, email)",
            seen_at='occurred_at',
            attributes=[
                {'attribute': 'name', 'column': plain_name('real_name'), 'verified': 'false'},
                {'attribute': 'gender', 'column': gender('gender'), 'verified': 'false'},
                {'attribute': 'province', 'column': province('province'), 'verified': 'false'},
                {'attribute': 'city', 'column': city('city'), 'verified': 'false'},
                {'attribute': 'email', 'column': 'email', 'verified': 'false'},
            ]
        )
    }}

)

select * from final
